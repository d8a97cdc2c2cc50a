import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Graph, GraphError } from "../../src/engine/graph.ts";
import { add, exp, neg } from "../../src/engine/ops/mod.ts";
import { evaluate } from "./evaluate.ts";

Deno.test("Graph names nodes after their scopes, and leaves a scope that throws", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2]);
  const y = graph.scope("layers.0", () => graph.scope("mlp", () => exp(x)));
  assertEquals(y.name, "layers.0/mlp/Exp_0");
  assertThrows(() =>
    graph.scope("broken", () => {
      throw new RangeError("inside");
    }), RangeError);
  assertEquals(graph.scopeName, "");
});

Deno.test("Graph.input() refuses a name that is taken and dimensions that cannot be", () => {
  const graph = new Graph();
  graph.input("x", "float32", [2]);
  assertThrows(() => graph.input("x", "int32", [3]), GraphError, "x: the name is taken");
  for (const dim of [-1, 1.5, NaN, Infinity]) {
    assertThrows(
      () => graph.input("y", "float32", [2, dim]),
      GraphError,
      `y: impossible dimension ${dim} in [2, ${dim}]`,
    );
  }
});

Deno.test("Graph.constant() refuses elements that do not fill the shape", () => {
  assertThrows(
    () => new Graph().constant("float32", [2, 2], new Float32Array(3)),
    GraphError,
    "constant: 3 elements do not fill [2, 2]",
  );
});

Deno.test("Graph.scalar() and Graph.integers() make equal constants once", () => {
  const graph = new Graph();
  assertStrictEquals(graph.scalar("float32", 2), graph.scalar("float32", 2));
  assert(graph.scalar("float32", 2) !== graph.scalar("float64", 2));
  assert(graph.scalar("float32", 0) !== graph.scalar("float32", -0));
  assertStrictEquals(graph.integers([1, 2]), graph.integers([1, 2]));
  assert(graph.integers([12]) !== graph.integers([1, 2]));
  assertThrows(() => graph.scalar("int32", 2), GraphError, "expected a floating type, found int32");
});

Deno.test("Graph.node() refuses an operand of another graph", () => {
  const x = new Graph().input("x", "float32", [2]);
  const y = new Graph().input("y", "float32", [2]);
  assertThrows(() => add(x, y), GraphError, "Add: an operand of another graph (operands y:");
});

Deno.test("Graph.output() refuses a name that is taken", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2]);
  graph.output("y", neg(x));
  assertThrows(() => graph.output("y", neg(x)), GraphError, "output: the name y is taken");
});

Deno.test("Graph.output() takes inputs, constants, and one tensor under several names", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2]);
  const y = neg(x);
  graph.output("input", x);
  graph.output("constant", graph.scalar("float32", 3));
  graph.output("y", y);
  graph.output("again", y);
  assertEquals(evaluate(graph, { x: [1, 2] }), {
    input: [1, 2],
    constant: [3],
    y: [-1, -2],
    again: [-1, -2],
  });
});
