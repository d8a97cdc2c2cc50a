import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { gradients } from "../../../src/engine/autodiff.ts";
import { Graph } from "../../../src/engine/graph.ts";
import { addRows, exp, gatherRows, pick, pickTime } from "../../../src/engine/ops/mod.ts";
import { HostTensor, OrtError } from "../../../src/engine/ort/ort.ts";
import { Program } from "../../../src/engine/program.ts";
import { evaluate, tensor } from "../evaluate.ts";

Deno.test("gatherRows() counts repeated rows right when several threads add", () => {
  // Large enough that the runtime would share the additions out among threads, if it may.
  const [rows, width, picked] = [4, 256, 8192];
  const graph = new Graph();
  const table = graph.input("table", "float32", [rows, width]);
  const indices = graph.input("indices", "int32", [picked]);
  const seed = graph.input("seed", "float32", [picked, width]);
  graph.output("gradient", gradients(gatherRows(table, indices), [table], seed)[0]!);
  using program = new Program(graph, { threads: 2 });
  using gradient = HostTensor.zeros("float32", [rows, width]);
  using binding = program.bind({
    table: HostTensor.zeros("float32", [rows, width]),
    indices: tensor("int32", [picked], Array.from({ length: picked }, (_, i) => i % rows)),
    seed: tensor("float32", [picked, width], new Float32Array(picked * width).fill(1)),
  }, { gradient });
  for (let run = 0; run < 30; run++) {
    binding.run();
    assert(gradient.data.every((count) => count === picked / rows), `run ${run}`);
  }
});

Deno.test("addRows() adds to a table in place, and twice to a row that is named twice", () => {
  const graph = new Graph();
  const table = graph.input("table", "float32", [4, 2]);
  const indices = graph.input("indices", "int32", [3]);
  const added = graph.input("added", "float32", [3, 2]);
  graph.output("next", addRows(table, indices, added));
  using program = new Program(graph, { threads: 2 });
  using sums = tensor("float32", [4, 2], [0, 1, 2, 3, 4, 5, 6, 7]);
  using binding = program.bind({
    table: sums,
    indices: tensor("int32", [3], [2, 0, 2]),
    added: tensor("float32", [3, 2], [10, 20, 30, 40, 50, 60]),
  }, { next: sums });
  binding.run();
  assertEquals([...sums.data], [30, 41, 2, 3, 64, 85, 6, 7]);
  binding.run();
  assertEquals([...sums.data], [60, 81, 2, 3, 124, 165, 6, 7]);
});

Deno.test("gatherRows() of an index out of range is an OrtError that names the node", () => {
  const graph = new Graph();
  const table = graph.input("table", "float32", [4, 2]);
  const indices = graph.input("indices", "int32", ["N"]);
  graph.output("rows", graph.scope("embedding", () => gatherRows(table, indices)));
  using program = new Program(graph, { threads: 1 });
  using rows = HostTensor.zeros("float32", [1, 2]);
  for (const wrong of [4, -5]) {
    using binding = program.bind({
      table: HostTensor.zeros("float32", [4, 2]),
      indices: tensor("int32", [1], [wrong]),
    }, { rows });
    const error = assertThrows(() => binding.run(), OrtError);
    assertEquals(error.node, "embedding/Gather_0");
    assertStringIncludes(error.message, "in node embedding/Gather_0: ");
    assertStringIncludes(error.message, `${wrong}`);
  }
});

Deno.test("a binding can run again after a node has failed", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2, 2]);
  const at = graph.input("at", "int32", [2]);
  graph.output("y", exp(pick(x, at)));
  using program = new Program(graph, { threads: 1 });
  using indices = tensor("int32", [2], [0, 9]);
  using y = HostTensor.zeros("float32", [2]);
  using binding = program.bind({ x: HostTensor.zeros("float32", [2, 2]), at: indices }, { y });
  assertThrows(() => binding.run(), OrtError, "GatherElements");
  indices.data[1] = 1;
  binding.run();
  assertEquals([...y.data], [1, 1]);
});

Deno.test("gatherRows() and pick() count negative indices from the back, also on the way back", () => {
  const graph = new Graph();
  const table = graph.input("table", "float32", [3, 2]);
  const indices = graph.input("indices", "int32", [3]);
  const rows = gatherRows(table, indices);
  const picked = pick(table, indices);
  graph.output("rows", rows);
  graph.output("picked", picked);
  graph.output("dRows", gradients(rows, [table])[0]!);
  graph.output("dPicked", gradients(picked, [table])[0]!);
  assertEquals(evaluate(graph, { table: [1, 2, 3, 4, 5, 6], indices: [-1, 1, -1] }), {
    rows: [5, 6, 3, 4, 5, 6],
    picked: [2, 4, 6],
    dRows: [0, 0, 1, 1, 2, 2],
    dPicked: [0, 1, 0, 1, 0, 1],
  });
});

Deno.test("pickTime() takes one row of each batch entry", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2, 3, 2]);
  graph.output("y", pickTime(x, graph.input("at", "int32", [2])));
  const { y } = evaluate(graph, { x: Array.from({ length: 12 }, (_, i) => i), at: [2, 0] });
  assertEquals(y, [4, 5, 6, 7]);
});
