import { assert, assertEquals, assertThrows } from "@std/assert";
import { Graph } from "../../../src/engine/graph.ts";
import { rope, ropeAngles, ropeFrequencies, ropeTables } from "../../../src/engine/ops/mod.ts";
import { OrtError } from "../../../src/engine/ort/ort.ts";
import { evaluate } from "../evaluate.ts";
import { readGolden } from "./golden.ts";

interface Angles {
  readonly positions: number;
  readonly headDim: number;
  readonly theta: number;
  readonly cos: readonly number[];
  readonly sin: readonly number[];
}

Deno.test("ropeAngles() is what transformers computes, to the last bits of float32", async () => {
  for (const golden of await readGolden<Angles[]>("engine_angles.json")) {
    const found = ropeAngles(golden.positions, golden.headDim, golden.theta);
    for (const kind of ["cos", "sin"] as const) {
      assertEquals(found[kind].length, golden[kind].length);
      // A frequency that differs in its last bit moves the last angle by 63 · 2⁻²⁴.
      found[kind].forEach((x, i) => assert(Math.abs(x - golden[kind][i]!) < 4e-6, `${kind} ${i}`));
    }
  }
});

Deno.test("ropeAngles() refuses an odd head dimension", () => {
  assertThrows(() => ropeAngles(4, 3, 10_000), RangeError, "the head dimension 3 is odd");
});

Deno.test("rope() of a position beyond the tables is an OrtError that names the node", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [1, 2, 4]);
  const positions = graph.input("positions", "int32", [1, 2]);
  graph.output("y", rope(x, positions, ropeTables(graph, 4, 4, 10_000)));
  const inputs = { x: [1, 0, 0, 0, 1, 0, 0, 0] };
  evaluate(graph, { ...inputs, positions: [0, 3] });
  for (const beyond of [4, 1_000_000, -1]) {
    const error = assertThrows(
      () => evaluate(graph, { ...inputs, positions: [0, beyond] }),
      OrtError,
    );
    assert(error.node?.startsWith("RotaryEmbedding"));
  }
});

Deno.test("rope() leaves scores to depend on distances alone", () => {
  const graph = new Graph();
  const tables = ropeTables(graph, 64, 4, 100);
  const x = graph.input("x", "float32", [1, 2, 4]);
  graph.output("near", rope(x, graph.input("p", "int32", [1, 2]), tables));
  graph.output("far", rope(x, graph.input("q", "int32", [1, 2]), tables));
  const values = [0.5, -1, 2, 0.25, 1, 1, -0.5, 0.75];
  const { near, far } = evaluate(graph, { x: values, p: [3, 8], q: [40, 45] });
  const score = (y: number[]) => [0, 1, 2, 3].reduce((sum, i) => sum + y[i]! * y[4 + i]!, 0);
  assert(Math.abs(score(near!) - score(far!)) < 1e-5);
});

Deno.test("ropeFrequencies() keeps short wavelengths, stretches long ones and blends those between", () => {
  const scaling = { factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositions: 64 };
  const [plain, scaled] = [ropeFrequencies(32, 500), ropeFrequencies(32, 500, scaling)];
  const ratios = plain.map((frequency, i) => scaled[i]! / frequency);
  plain.forEach((frequency, i) => {
    const turns = 64 * frequency / (2 * Math.PI);
    const kept = Math.min(1, Math.max(0, (turns - 1) / 3));
    assert(Math.abs(ratios[i]! - (kept + (1 - kept) / 8)) < 1e-6, `${turns} turns`);
  });
  assert(ratios[0] === 1 && ratios.at(-1) === 1 / 8 && ratios.some((x) => x > 0.2 && x < 0.9));
  const { cos } = ropeAngles(3, 32, 500, scaling);
  assertEquals(cos[2 * 16 + 15], Math.fround(Math.cos(Math.fround(2 * scaled[15]!))));
});
