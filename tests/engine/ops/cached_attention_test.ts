import { assert, assertThrows } from "@std/assert";
import { Graph } from "../../../src/engine/graph.ts";
import {
  attention,
  cachedAttention,
  concat,
  reshape,
  rope,
  ropeTables,
  transpose,
} from "../../../src/engine/ops/mod.ts";
import { HostTensor, OrtError } from "../../../src/engine/ort/ort.ts";
import { Program } from "../../../src/engine/program.ts";
import { Rng } from "../../../src/random/rng.ts";
import { evaluate } from "../evaluate.ts";
import { relativeError } from "./run_case.ts";

const [HEADS, KV_HEADS, HEAD_DIM, CAPACITY] = [4, 2, 16, 12];
const WIDTH = HEADS * HEAD_DIM;
const KV_WIDTH = KV_HEADS * HEAD_DIM;

/** What attention without a cache gives for one row of `time` tokens. */
function wholeRow(time: number, q: number[], k: number[], v: number[]): number[] {
  const graph = new Graph();
  const tables = ropeTables(graph, CAPACITY, HEAD_DIM, 100);
  const positions = graph.input("p", "int32", [1, time]);
  const operand = (name: string, heads: number, turned: boolean) => {
    const x = graph.input(name, "float32", [1, time, heads * HEAD_DIM]);
    const rotated = turned ? rope(x, positions, tables) : x;
    return transpose(reshape(rotated, [1, time, heads, HEAD_DIM]), [0, 2, 1, 3]);
  };
  const mixed = attention(
    operand("q", HEADS, true),
    operand("k", KV_HEADS, true),
    operand("v", KV_HEADS, false),
    graph.input("bias", "float32", [1, 1, time, time]),
  );
  graph.output("y", reshape(transpose(mixed, [0, 2, 1, 3]), [1, time, WIDTH]));
  const index = Array.from({ length: time }, (_, i) => i);
  const bias = index.flatMap((i) => index.map((j) => j <= i ? 0 : -1e9));
  return evaluate(graph, { p: index, q, k, v, bias }).y!;
}

/** Cached attention alone, with inputs and outputs under the names of its parts. */
function cachedGraph(): Graph {
  const graph = new Graph();
  const input = (name: string, width: number) => graph.input(name, "float32", ["B", "S", width]);
  const cache = (name: string) => graph.input(name, "float32", ["B", KV_HEADS, "C", HEAD_DIM]);
  const next = cachedAttention(
    concat([input("q", WIDTH), input("k", KV_WIDTH), input("v", KV_WIDTH)], -1),
    { keys: cache("keys"), values: cache("values") },
    graph.input("last", "int32", ["B"]),
    graph.input("longest", "int32", [1]),
    ropeTables(graph, CAPACITY, HEAD_DIM, 100),
  );
  graph.output("y", next.output);
  graph.output("keys/next", next.keys);
  graph.output("values/next", next.values);
  return graph;
}

Deno.test("cachedAttention() over ragged prompts and single tokens is attention() over whole rows", () => {
  const graph = cachedGraph();
  using program = new Program(graph, { threads: 2 });

  const prompts = [5, 2, 1];
  const [rows, steps] = [prompts.length, 4];
  const rng = new Rng(7);
  const random = (width: number) =>
    prompts.map((length) => Array.from({ length: (length + steps) * width }, () => rng.normal()));
  const [q, k, v] = [random(WIDTH), random(KV_WIDTH), random(KV_WIDTH)];
  const expected = prompts.map((length, row) =>
    wholeRow(length + steps, q[row]!, k[row]!, v[row]!)
  );

  using keys = HostTensor.zeros("float32", [rows, KV_HEADS, CAPACITY, HEAD_DIM]);
  using values = HostTensor.zeros("float32", [rows, KV_HEADS, CAPACITY, HEAD_DIM]);
  // What an earlier batch has left there must not count.
  keys.data.fill(NaN);
  values.data.fill(NaN);
  let held = prompts.map(() => 0);
  const advance = (counts: number[]) => {
    const time = Math.max(...counts);
    const before = held;
    const part = (all: number[][], width: number) => {
      const fed = HostTensor.zeros("float32", [rows, time, width]);
      all.forEach((x, row) => {
        const from = before[row]! * width;
        fed.data.set(x.slice(from, from + counts[row]! * width), row * time * width);
      });
      return fed;
    };
    held = held.map((n, row) => n + counts[row]!);
    using y = HostTensor.zeros("float32", [rows, time, WIDTH]);
    using last = new HostTensor("int32", [rows], Int32Array.from(held, (n) => n - 1));
    using longest = new HostTensor("int32", [1], Int32Array.of(Math.max(...held)));
    using binding = program.bind(
      {
        q: part(q, WIDTH),
        k: part(k, KV_WIDTH),
        v: part(v, KV_WIDTH),
        keys,
        values,
        last,
        longest,
      },
      { y, "keys/next": keys, "values/next": values },
    );
    binding.run();
    counts.forEach((count, row) => {
      const found = y.data.subarray(row * time * WIDTH, (row * time + count) * WIDTH);
      const from = before[row]! * WIDTH;
      const error = relativeError(found, expected[row]!.slice(from, from + count * WIDTH));
      assert(error < 1e-5, `row ${row}, ${count} tokens after ${before[row]}: ${error}`);
    });
  };
  advance(prompts);
  for (let step = 0; step < steps; step++) advance(prompts.map(() => 1));
});

Deno.test("cachedAttention() of more tokens than the cache holds is an OrtError that names the node", () => {
  using program = new Program(cachedGraph(), { threads: 1 });
  const zeros = (...shape: number[]) => HostTensor.zeros("float32", shape);
  const [keys, values] = [0, 1].map(() => zeros(1, KV_HEADS, CAPACITY, HEAD_DIM)) as [
    HostTensor,
    HostTensor,
  ];
  const outputs = { y: zeros(1, 1, WIDTH), "keys/next": keys, "values/next": values };
  const run = (last: number, longest: number) => {
    using binding = program.bind({
      q: zeros(1, 1, WIDTH),
      k: zeros(1, 1, KV_WIDTH),
      v: zeros(1, 1, KV_WIDTH),
      keys,
      values,
      last: new HostTensor("int32", [1], Int32Array.of(last)),
      longest: new HostTensor("int32", [1], Int32Array.of(longest)),
    }, outputs);
    binding.run();
  };
  run(CAPACITY - 1, CAPACITY);
  for (const last of [CAPACITY, 1_000_000, -1]) {
    for (const longest of [CAPACITY, last + 1]) {
      const error = assertThrows(() => run(last, longest), OrtError);
      assert(error.node?.startsWith("GroupQueryAttention"));
    }
  }
});
