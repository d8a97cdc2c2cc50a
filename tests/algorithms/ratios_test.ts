import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { SurrogateObjective } from "../../src/algorithms/objective.ts";
import { countClipped, ratiosOf } from "../../src/algorithms/ratios.ts";

const TOKEN: SurrogateObjective = {
  kind: "surrogate",
  clipLow: 0.2,
  clipHigh: 0.3,
  klCoefficient: 0,
};
const SEQUENCE: SurrogateObjective = { ...TOKEN, ratio: "sequence" };
const SEGMENTS = Int32Array.of(0, 0, 0, 3, 4, 4);
const OLD = [-1, -2, -3, -4, -5, -6];
const OFFSETS = [0.3, -0.3, 0.6, 0.5, -2, 2];
const NOW = OLD.map((x, i) => x + OFFSETS[i]!);

Deno.test("ratiosOf() is of tokens, or of sequences as their geometric mean", () => {
  const token = ratiosOf(TOKEN, NOW, OLD, SEGMENTS);
  OFFSETS.forEach((x, i) => assertAlmostEquals(token[i]!, Math.exp(x), 1e-12));
  const sequence = ratiosOf(SEQUENCE, NOW, OLD, SEGMENTS);
  const means = [0.2, 0.2, 0.2, 0.5, 0, 0];
  means.forEach((x, i) => assertAlmostEquals(sequence[i]!, Math.exp(x), 1e-12));
  assertEquals(
    ratiosOf({ kind: "cispo", clipHigh: 4, klCoefficient: 0 }, NOW, OLD, SEGMENTS),
    token,
  );
  assertEquals(ratiosOf(TOKEN, OLD, OLD, SEGMENTS), new Float64Array(6).fill(1));
});

Deno.test("countClipped() counts what is outside, the bounds themselves not", () => {
  const ratios = Float64Array.of(0.79, 0.8, 1, 1.3, 1.31);
  assertEquals(countClipped(TOKEN, ratios), 2);
  assertEquals(countClipped({ kind: "cispo", clipHigh: 0.3, klCoefficient: 0 }, ratios), 1);
  assertEquals(countClipped(TOKEN, new Float64Array()), 0);
});
