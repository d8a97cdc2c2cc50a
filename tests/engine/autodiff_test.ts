import { assert, assertEquals } from "@std/assert";
import { gradients } from "../../src/engine/autodiff.ts";
import { Graph, type Tensor } from "../../src/engine/graph.ts";
import {
  add,
  attention,
  exp,
  gatherRows,
  linear,
  logProb,
  mul,
  reshape,
  rmsNorm,
  rope,
  ropeTables,
  silu,
  split,
  sum,
  transpose,
} from "../../src/engine/ops/mod.ts";
import { Rng } from "../../src/random/rng.ts";
import { evaluate } from "./evaluate.ts";
import type { GoldenCase } from "./ops/golden.ts";
import { centralDifferences, compileCase, relativeError } from "./ops/run_case.ts";

Deno.test("gradients() adds up what comes back by several ways", () => {
  const graph = new Graph();
  const x = graph.input("x", "float64", [2]);
  graph.output("dx", gradients(add(mul(x, x), mul(x, exp(x))), [x])[0]!);
  const { dx } = evaluate(graph, { x: [0, 1] });
  assert(relativeError(dx!, [1, 2 + 2 * Math.E]) < 1e-15);
});

Deno.test("gradients() of a tensor with respect to itself is the seed", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2]);
  const seed = graph.input("seed", "float32", [2]);
  graph.output("ones", gradients(x, [x])[0]!);
  graph.output("seed", gradients(x, [x], seed)[0]!);
  assertEquals(evaluate(graph, { x: [5, 6], seed: [7, 8] }), { ones: [1, 1], seed: [7, 8] });
});

Deno.test("gradients() with respect to a result on the way leaves out what is before it", () => {
  const graph = new Graph();
  const x = graph.input("x", "float64", [2]);
  const y = mul(x, x);
  const [dy, dx] = gradients(sum(mul(y, y)), [y, x]);
  graph.output("dy", dy!);
  graph.output("dx", dx!);
  assertEquals(evaluate(graph, { x: [1, 2] }), { dy: [2, 8], dx: [4, 32] });
});

Deno.test("gradients() of two results in one graph do not mix", () => {
  const graph = new Graph();
  const x = graph.input("x", "float64", [1]);
  const y = exp(x);
  graph.output("a", gradients(mul(y, y), [x])[0]!);
  graph.output("b", gradients(mul(x, y), [x])[0]!);
  assertEquals(evaluate(graph, { x: [0] }), { a: [2], b: [1] });
});

Deno.test("gradients() names its nodes after the ones that they belong to", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2]);
  const y = graph.scope("layer", () => exp(x));
  gradients(y, [x]);
  assertEquals(graph.nodes.at(-1)!.name, "gradient of layer/Exp_0/Mul_2");
});

/** Two layers of a decoder, as the policy puts them together. */
function decoder(x: Readonly<Record<string, Tensor>>): Tensor {
  const [rows, time, heads, kvHeads, headDim] = [2, 3, 2, 1, 4];
  const [queries, keys] = [heads * headDim, kvHeads * headDim];
  const { graph } = x.embedding!;
  const tables = ropeTables(graph, 8, headDim, 100, { dtype: "float64" });
  const byHead = (t: Tensor, count: number) =>
    transpose(reshape(t, [rows, time, count, headDim]), [0, 2, 1, 3]);
  const turned = (t: Tensor, count: number) =>
    byHead(rope(reshape(t, [rows, time, count * headDim]), x.positions!, tables), count);
  let hidden = gatherRows(x.embedding!, x.ids!);
  for (const i of [0, 1]) {
    const qkv = linear(rmsNorm(hidden, x[`norm${i}`]!, 1e-6), x[`qkv${i}`]!, x[`bias${i}`]!);
    const [q, k, v] = split(qkv, -1, [queries, keys, keys]) as [Tensor, Tensor, Tensor];
    const mixed = attention(turned(q, heads), turned(k, kvHeads), byHead(v, kvHeads), x.visible!);
    const flat = reshape(transpose(mixed, [0, 2, 1, 3]), [rows * time, queries]);
    hidden = add(hidden, linear(flat, x[`out${i}`]!));
    const gateUp = linear(rmsNorm(hidden, x[`norm${i}`]!, 1e-6), x[`gateUp${i}`]!);
    const [gate, up] = split(gateUp, -1, [5, 5]) as [Tensor, Tensor];
    hidden = add(hidden, linear(mul(silu(gate), up), x[`down${i}`]!));
  }
  // Tied: the embedding gets gradients as a table and as a matrix.
  return logProb(linear(hidden, transpose(x.embedding!, [1, 0])), x.labels!);
}

Deno.test("gradients() of a whole decoder are those of central differences", () => {
  const rng = new Rng("decoder");
  const matrix = (...shape: number[]) => ({
    dtype: "float" as const,
    shape,
    data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.normal() / 2),
    gradient: [],
  });
  const integers = (shape: number[], data: number[]) => ({ dtype: "int32" as const, shape, data });
  const layers = [0, 1].map((i) => ({
    [`norm${i}`]: matrix(6),
    [`qkv${i}`]: matrix(6, 16),
    [`bias${i}`]: matrix(16),
    [`out${i}`]: matrix(8, 6),
    [`gateUp${i}`]: matrix(6, 10),
    [`down${i}`]: matrix(5, 6),
  }));
  const causal = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => j <= i ? 0 : -1e9));
  const seed = Array.from({ length: 6 }, () => rng.normal());
  const golden: GoldenCase = {
    inputs: {
      embedding: matrix(7, 6),
      ...layers[0],
      ...layers[1],
      ids: integers([6], [3, 1, 3, 0, 6, 6]),
      positions: integers([2, 3], [0, 1, 2, 0, 1, 2]),
      labels: integers([6], [1, 3, 2, 6, 6, 0]),
      visible: { dtype: "float", shape: [2, 1, 3, 3], data: [...causal, ...causal] },
    },
    seed,
    output: { shape: [6], data: [] },
    torch32: 0,
  };
  using compiled = compileCase(decoder, golden, "float64");
  compiled.run();
  const found = new Map([...compiled.gradients].map(([name, g]) => [name, g.slice()]));
  assertEquals(found.size, 13);
  const differences = centralDifferences(compiled, seed);
  const whole = (of: ReadonlyMap<string, Float64Array>) => [...of.values()].flatMap((g) => [...g]);
  const error = relativeError(whole(found), whole(differences));
  assert(error < 1e-8, `relative error ${error}`);
});
