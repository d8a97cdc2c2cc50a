import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Graph, GraphError } from "../../../src/engine/graph.ts";
import {
  concat,
  mean,
  reshape,
  sum,
  toInt64,
  transpose,
  zeros,
} from "../../../src/engine/ops/mod.ts";
import { HostTensor } from "../../../src/engine/ort/ort.ts";
import { Program } from "../../../src/engine/program.ts";
import { evaluate, tensor } from "../evaluate.ts";

Deno.test("reshape(), toInt64(), sum() and mean() add no node where there is nothing to do", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2, 3]);
  const i = graph.input("i", "int64", [2]);
  assertStrictEquals(reshape(x, [2, 3]), x);
  assertStrictEquals(toInt64(i), i);
  assertStrictEquals(sum(x, []), x);
  assertEquals(graph.nodes.length, 0);
  assertEquals(mean(x, []).shape, [2, 3]);
});

Deno.test("reshape() and transpose() keep a named size that is known when the graph runs", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", ["B", 2, 2]);
  const y = transpose(reshape(x, [4, "B"]), [1, 0]);
  assertEquals(y.shape, ["B", 4]);
  graph.output("y", y);
  using program = new Program(graph, { threads: 1 });
  for (const batch of [1, 3]) {
    using input = tensor("float32", [batch, 2, 2], Array.from({ length: 4 * batch }, (_, i) => i));
    using output = HostTensor.zeros("float32", [batch, 4]);
    using binding = program.bind({ x: input }, { y: output });
    binding.run();
    const expected = Array.from({ length: 4 * batch }, (_, i) => i % 4 * batch + Math.floor(i / 4));
    assertEquals([...output.data], expected);
  }
});

Deno.test("reshape() carries several named sizes over where both shapes begin with them", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", ["B", "S", 4]);
  graph.output("y", transpose(reshape(x, ["B", "S", 2, 2]), [0, 1, 3, 2]));
  using program = new Program(graph, { threads: 1 });
  using input = tensor("float32", [1, 2, 4], [0, 1, 2, 3, 4, 5, 6, 7]);
  using output = HostTensor.zeros("float32", [1, 2, 2, 2]);
  using binding = program.bind({ x: input }, { y: output });
  binding.run();
  assertEquals([...output.data], [0, 2, 1, 3, 4, 6, 5, 7]);
  assertThrows(() => reshape(x, ["S", "B", 4]), GraphError, "cannot become");
});

Deno.test("concat() and transpose() move integers and booleans too", () => {
  const graph = new Graph();
  const i = graph.input("i", "int64", [1, 2]);
  const b = graph.input("b", "bool", [1, 2]);
  graph.output("i2", concat([i, i], 0));
  graph.output("b2", transpose(b, [1, 0]));
  assertEquals(evaluate(graph, { i: [5, -6], b: [1, 0] }), { i2: [5, -6, 5, -6], b2: [1, 0] });
});

Deno.test("toInt64() and zeros() make what operators insist on", () => {
  const graph = new Graph();
  graph.output("i", toInt64(graph.input("x", "int32", [2])));
  graph.output("z", zeros(graph.input("like", "float64", [1, 2])));
  assertEquals(evaluate(graph, { x: [-1, 7], like: [3, 4] }), { i: [-1, 7], z: [0, 0] });
});
