import { assert, assertThrows } from "@std/assert";
import { Graph, GraphError } from "../../../src/engine/graph.ts";
import { ropeTables, sharedAttention } from "../../../src/engine/ops/mod.ts";
import { Rng } from "../../../src/random/rng.ts";
import { evaluate } from "../evaluate.ts";
import { relativeError } from "./run_case.ts";

const [HEADS, KV_HEADS, HEAD_DIM] = [4, 2, 16];
/** Prompts, continuations of each, room for a prompt, room for a continuation, tokens there before the new one. */
const [R, G, P, T, WRITTEN] = [2, 3, 5, 4, 2];
const LENGTHS = [5, 3];

function build(changes: { readonly width?: number; readonly promptHeads?: number } = {}) {
  const graph = new Graph();
  const float = (name: string, ...shape: number[]) => graph.input(name, "float32", shape);
  const integers = (name: string, ...shape: number[]) => graph.input(name, "int64", shape);
  const promptHeads = changes.promptHeads ?? KV_HEADS;
  const next = sharedAttention(
    float("qkv", R, G, changes.width ?? (HEADS + 2 * KV_HEADS) * HEAD_DIM),
    {
      keys: float("pk", R, promptHeads, P, HEAD_DIM),
      values: float("pv", R, promptHeads, P, HEAD_DIM),
    },
    {
      keys: float("ok", R, KV_HEADS, G, T, HEAD_DIM),
      values: float("ov", R, KV_HEADS, G, T, HEAD_DIM),
    },
    {
      positions: graph.input("positions", "int32", [R, G]),
      index: integers("index", R, KV_HEADS, G, 4),
      promptBias: float("promptBias", R, 1, 1, P),
      ownBias: float("ownBias", T),
      widths: integers("widths", 2),
      besidePrompt: integers("besidePrompt", 4),
      byContinuation: integers("byContinuation", 5),
    },
    ropeTables(graph, 16, HEAD_DIM, 100),
  );
  graph.output("y", next.output);
  return graph;
}

Deno.test("sharedAttention() is the softmax over a prompt's and the own tokens' scores", () => {
  const rng = new Rng(3);
  const random = (...shape: number[]) =>
    Array.from({ length: shape.reduce((a, b) => a * b) }, () => Math.fround(rng.normal()));
  const width = (HEADS + 2 * KV_HEADS) * HEAD_DIM;
  const [qkv, pk, pv] = [
    random(R, G, width),
    random(R, KV_HEADS, P, HEAD_DIM),
    random(R, KV_HEADS, P, HEAD_DIM),
  ];
  const [ok, ov] = [random(R, KV_HEADS, G, T, HEAD_DIM), random(R, KV_HEADS, G, T, HEAD_DIM)];
  const group = HEADS / KV_HEADS;
  const places = [0, 1].flatMap((r) =>
    [0, 1].flatMap((k) => [0, 1, 2].map((g) => [r, k, g, WRITTEN]))
  );
  const { y } = evaluate(build(), {
    ...{ qkv, pk, pv, ok, ov },
    positions: LENGTHS.flatMap((length) => Array(G).fill(length + WRITTEN)),
    index: places.flat(),
    promptBias: LENGTHS.flatMap((length) =>
      Array.from({ length: P }, (_, i) => i < length ? 0 : -1e9)
    ),
    ownBias: Array.from({ length: T }, (_, i) => i <= WRITTEN ? 0 : -1e9),
    widths: [P, T],
    besidePrompt: [R, KV_HEADS, G * group, T],
    byContinuation: [R, KV_HEADS, G, group, T],
  });
  const at = (x: number[], start: number) => x.slice(start, start + HEAD_DIM);
  const dot = (a: number[], b: number[]) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  /** The rotation by hand. */
  const turned = (x: number[], position: number) => {
    const half = HEAD_DIM / 2;
    return x.map((v, i) => {
      const angle = position * 100 ** (-2 * (i % half) / HEAD_DIM);
      return i < half
        ? v * Math.cos(angle) - x[i + half]! * Math.sin(angle)
        : v * Math.cos(angle) + x[i - half]! * Math.sin(angle);
    });
  };
  const expected: number[] = [];
  for (let r = 0; r < R; r++) {
    for (let g = 0; g < G; g++) {
      const row = (r * G + g) * width;
      const position = LENGTHS[r]! + WRITTEN;
      for (let h = 0; h < HEADS; h++) {
        const k = Math.floor(h / group);
        const query = turned(at(qkv, row + h * HEAD_DIM), position);
        const own = ((r * KV_HEADS + k) * G + g) * T * HEAD_DIM;
        const prompt = (r * KV_HEADS + k) * P * HEAD_DIM;
        const seen = [
          ...Array.from(
            { length: LENGTHS[r]! },
            (_, i) => [pk, pv].map((x) => at(x, prompt + i * HEAD_DIM)),
          ),
          ...Array.from(
            { length: WRITTEN },
            (_, i) => [ok, ov].map((x) => at(x, own + i * HEAD_DIM)),
          ),
          [
            turned(at(qkv, row + (HEADS + k) * HEAD_DIM), position),
            at(qkv, row + (HEADS + KV_HEADS + k) * HEAD_DIM),
          ],
        ];
        const exponentials = seen.map(([key]) => Math.exp(dot(query, key!) / Math.sqrt(HEAD_DIM)));
        const total = exponentials.reduce((a, b) => a + b);
        for (let d = 0; d < HEAD_DIM; d++) {
          expected.push(
            seen.reduce((sum, [, value], i) => sum + exponentials[i]! / total * value![d]!, 0),
          );
        }
      }
    }
  }
  const error = relativeError(y!, expected);
  assert(error < 1e-5, `relative error ${error}`);
});

Deno.test("sharedAttention() refuses shapes that do not match", () => {
  assertThrows(() => build({ width: 100 }), GraphError, "SharedAttention: shapes do not match");
  assertThrows(() => build({ promptHeads: 1 }), GraphError, "SharedAttention: shapes do not match");
});
