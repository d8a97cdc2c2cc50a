import { assertEquals } from "@std/assert";
import { gradients } from "../../../src/engine/autodiff.ts";
import { Graph, type Tensor } from "../../../src/engine/graph.ts";
import { and, clamp, less, lessOrEqual, minimum, where } from "../../../src/engine/ops/mod.ts";
import { evaluate } from "../evaluate.ts";

Deno.test("less(), lessOrEqual() and and() compare numbers of every type", () => {
  for (const dtype of ["float32", "float64", "int32", "int64"] as const) {
    const graph = new Graph();
    const a = graph.input("a", dtype, [3]);
    const b = graph.input("b", dtype, [3]);
    graph.output("less", less(a, b));
    graph.output("lessOrEqual", lessOrEqual(a, b));
    graph.output("and", and(lessOrEqual(a, b), less(a, b)));
    assertEquals(evaluate(graph, { a: [1, 2, 3], b: [2, 2, 2] }), {
      less: [1, 0, 0],
      lessOrEqual: [1, 1, 0],
      and: [1, 0, 0],
    });
  }
});

function withGradients(build: (a: Tensor, b: Tensor) => Tensor, a: number[], b: number[]) {
  const graph = new Graph();
  const [left, right] = [
    graph.input("a", "float32", [a.length]),
    graph.input("b", "float32", [b.length]),
  ];
  const y = build(left, right);
  graph.output("y", y);
  gradients(y, [left, right]).forEach((g, i) => graph.output("ab"[i]!, g));
  return evaluate(graph, { a, b });
}

Deno.test("minimum() sends the gradient to the first operand where both are equal", () => {
  const found = withGradients((a, b) => minimum(a, b), [1, 2, 3], [2, 2, 2]);
  assertEquals(found, { y: [1, 2, 2], a: [1, 1, 0], b: [0, 0, 1] });
});

Deno.test("clamp() lets the gradient through at its bounds, and not beyond", () => {
  const x = [-2, -1, 0, 1, 2];
  const found = withGradients((a, b) => clamp(where(less(a, b), a, b), -1, 1), x, [9, 9, 9, 9, 9]);
  assertEquals(found, { y: [-1, -1, 0, 1, 1], a: [0, 1, 1, 1, 0], b: [0, 0, 0, 0, 0] });
});

Deno.test("where() keeps a value that is not taken out of the gradient, even an infinite one", () => {
  const found = withGradients((a, b) => where(less(a, b), a, b), [-Infinity, 1], [0, -Infinity]);
  assertEquals(found, { y: [-Infinity, -Infinity], a: [1, 0], b: [0, 1] });
});
