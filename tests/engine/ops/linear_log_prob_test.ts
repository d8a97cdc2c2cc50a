import { assert, assertEquals, assertThrows } from "@std/assert";
import { gradients } from "../../../src/engine/autodiff.ts";
import { Graph, GraphError, type Tensor } from "../../../src/engine/graph.ts";
import { linearLogProb, logProb, matmul } from "../../../src/engine/ops/mod.ts";
import { Rng } from "../../../src/random/rng.ts";
import { evaluate } from "../evaluate.ts";
import { relativeError } from "./run_case.ts";

const [N, WIDTH, VOCABULARY, SCALE] = [7, 5, 23, 1.25];

function operands(graph: Graph, frozen = false) {
  return {
    hidden: graph.input("hidden", "float32", [N, WIDTH]),
    table: graph.input("table", "float32", [VOCABULARY, WIDTH], { frozen }),
    labels: graph.input("labels", "int32", [N]),
  };
}

function inputs(size = 1): Record<string, number[]> {
  const rng = new Rng("linear log prob");
  const normals = (count: number) => Array.from({ length: count }, () => size * rng.normal());
  const given = { hidden: normals(N * WIDTH), table: normals(VOCABULARY * WIDTH) };
  // One label twice, and both ends of the vocabulary.
  return { ...given, labels: [0, 4, 4, VOCABULARY - 1, 8, 15, 16], seed: normals(N) };
}

/** The value, and the gradients of Σ seed · value. */
function outcome(
  build: (graph: Graph, x: ReturnType<typeof operands>) => Tensor,
  given = inputs(),
): Record<string, number[]> {
  const graph = new Graph();
  const x = operands(graph);
  const value = build(graph, x);
  const seed = graph.input("seed", "float32", [N]);
  const [toHidden, toTable] = gradients(value, [x.hidden, x.table], seed);
  graph.output("value", value);
  graph.output("toHidden", toHidden!);
  graph.output("toTable", toTable!);
  return evaluate(graph, given);
}

const chunked =
  (chunk: number) => (_: Graph, { hidden, table, labels }: ReturnType<typeof operands>) =>
    linearLogProb(hidden, table, labels, { scale: SCALE, chunk });

Deno.test("linearLogProb() gives the values and gradients of the whole matrix of logits", () => {
  for (const size of [1, 30]) {
    const whole = outcome(
      (_, { hidden, table, labels }) =>
        logProb(matmul(hidden, table, { transposeB: true, scale: SCALE }), labels),
      inputs(size),
    );
    for (const chunk of [1, 8, 22, 23, 100]) {
      const found = outcome(chunked(chunk), inputs(size));
      for (const [name, expected] of Object.entries(whole)) {
        const error = relativeError(found[name]!, expected);
        assert(error < 1e-6, `${name} in chunks of ${chunk}: ${error}`);
      }
    }
  }
});

Deno.test("linearLogProb() never makes more logits than a chunk of the vocabulary", () => {
  const graph = new Graph();
  const { hidden, table, labels } = operands(graph);
  const value = linearLogProb(hidden, table, labels, { scale: SCALE, chunk: 8 });
  gradients(value, [hidden, table]);
  const widest = graph.nodes.flatMap(({ outputs }) => outputs)
    .filter(({ shape }) => shape.length === 2 && shape[0] === N)
    .map(({ shape }) => Number(shape[1]));
  assertEquals(Math.max(...widest), 8);
});

Deno.test("linearLogProb() reads each slice of the table after the chunk before it", () => {
  const graph = new Graph();
  const { hidden, table, labels } = operands(graph);
  const value = linearLogProb(hidden, table, labels, { scale: SCALE, chunk: 8 });
  gradients(value, [hidden, table]);
  const slices = graph.nodes.filter(({ op }) => op === "Slice");
  assertEquals(slices.length, 6);
  const starts = slices.map(({ inputs: [, start] }) => start!);
  assertEquals(new Set(starts).size, 6);
  const constants = new Set(graph.constants.map(({ tensor }) => tensor));
  assertEquals(starts.map((start) => constants.has(start)), [true, ...Array(5).fill(false)]);
});

Deno.test("linearLogProb() computes no gradient of a frozen table", () => {
  const graph = new Graph();
  const { hidden, table, labels } = operands(graph, true);
  const value = linearLogProb(hidden, table, labels, { scale: SCALE, chunk: 8 });
  const [toHidden] = gradients(value, [hidden], graph.input("seed", "float32", [N]));
  const ofTable = graph.nodes.flatMap(({ outputs }) => outputs).filter(({ shape }) =>
    shape[0] === VOCABULARY
  );
  assertEquals(ofTable, []);
  graph.output("toHidden", toHidden!);
  assertEquals(evaluate(graph, inputs())["toHidden"], outcome(chunked(8))["toHidden"]);
});

Deno.test("linearLogProb() lets numbers that are none through, and does not stumble over them", () => {
  const given = inputs();
  given["hidden"]![0] = NaN;
  const { value } = outcome(chunked(8), given);
  assertEquals(value!.map(Number.isNaN), [true, ...Array(N - 1).fill(false)]);
});

Deno.test("linearLogProb() refuses shapes that do not match", () => {
  const graph = new Graph();
  const { hidden, table, labels } = operands(graph);
  const options = { scale: 1, chunk: 8 };
  const short = graph.input("short", "int32", [N - 1]);
  const narrow = graph.input("narrow", "float32", [VOCABULARY, WIDTH - 1]);
  assertThrows(() => linearLogProb(hidden, narrow, labels, options), GraphError, "width 5");
  assertThrows(() => linearLogProb(hidden, table, short, options), GraphError, "[7] labels");
  assertThrows(
    () => linearLogProb(hidden, table, labels, { scale: 1, chunk: 0 }),
    RangeError,
    "chunk: expected a whole number, at least 1, found 0",
  );
});
