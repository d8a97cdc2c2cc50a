import { assert, assertEquals, assertThrows } from "@std/assert";
import { gradients } from "../../../src/engine/autodiff.ts";
import { Graph, GraphError } from "../../../src/engine/graph.ts";
import { segmentSums } from "../../../src/engine/ops/mod.ts";
import { HostTensor, OrtError } from "../../../src/engine/ort/ort.ts";
import { Program } from "../../../src/engine/program.ts";
import { evaluate, tensor } from "../evaluate.ts";

Deno.test("segmentSums() gives every member its segment's sum, and sums gradients alike", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [6]);
  const segments = graph.input("segments", "int32", [6]);
  const seed = graph.input("seed", "float32", [6]);
  const sums = segmentSums(x, segments);
  graph.output("sums", sums);
  graph.output("dx", gradients(sums, [x], seed)[0]!);
  // Segments need not lie together, nor be numbered by their first place.
  const inputs = {
    x: [1, 2, 4, 8, 16, 32],
    segments: [0, 0, 5, 3, 3, 0],
    seed: [1, 0, 2, 3, 5, 7],
  };
  assertEquals(evaluate(graph, inputs), {
    sums: [35, 35, 4, 24, 24, 35],
    dx: [8, 8, 2, 8, 8, 8],
  });
});

Deno.test("segmentSums() loses no addition when several threads add", () => {
  const n = 65_536;
  const graph = new Graph();
  const x = graph.input("x", "float32", [n]);
  graph.output("sums", segmentSums(x, graph.input("segments", "int32", [n])));
  using program = new Program(graph, { threads: 2 });
  using sums = HostTensor.zeros("float32", [n]);
  using binding = program.bind({
    x: tensor("float32", [n], new Float32Array(n).fill(1)),
    segments: tensor("int32", [n], Array.from({ length: n }, (_, i) => i % 4)),
  }, { sums });
  for (let run = 0; run < 10; run++) {
    binding.run();
    assert(sums.data.every((sum) => sum === n / 4), `run ${run}`);
  }
});

Deno.test("segmentSums() refuses segments of another length, and a number beyond them", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2]);
  const three = graph.input("three", "int32", [3]);
  assertThrows(() => segmentSums(x, three), GraphError, "expected [2] segments");
  graph.output("sums", segmentSums(x, graph.input("segments", "int32", [2])));
  assertThrows(() => evaluate(graph, { x: [1, 2], segments: [0, 2], three: [0, 0, 0] }), OrtError);
});
