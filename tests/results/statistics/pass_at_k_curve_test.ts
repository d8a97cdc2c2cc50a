import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { parseColumn } from "../../../src/results/columns.ts";
import { scoreOutcomes } from "../../../src/results/scores.ts";
import { passAtKCurve } from "../../../src/results/statistics/pass_at_k_curve.ts";
import { ARMS, syntheticOutcomes } from "../synthetic.ts";

const outcomes = [...syntheticOutcomes("10m"), ...syntheticOutcomes("2m")];
const points = passAtKCurve(outcomes, "hard", { replicates: 100 });

Deno.test("passAtKCurve() has powers of two and the number of samples, by size and arm", () => {
  assertEquals(points.slice(0, 4).map(({ size, arm, k }) => [size, arm, k]), [
    ["2m", "base", 1],
    ["2m", "base", 2],
    ["2m", "base", 4],
    ["2m", "base", 8],
  ]);
  assertEquals(points.length, 2 * ARMS.length * 4);
});

Deno.test("passAtKCurve() agrees with the table's pass@k, and rises", () => {
  const scores = scoreOutcomes(outcomes, [parseColumn("hard pass@8")]);
  for (const arm of ARMS) {
    const curve = points.filter((point) => point.arm === arm && point.size === "2m");
    const seeds = scores.filter((score) => score.arm === arm && score.size === "2m");
    const mean = seeds.reduce((sum, { score }) => sum + score, 0) / seeds.length;
    assertAlmostEquals(curve.at(-1)!.mean, mean, 1e-12);
    for (const [i, { mean, low, high }] of curve.entries()) {
      assert(low <= mean && mean <= high && (i === 0 || mean >= curve[i - 1]!.mean));
    }
  }
});

Deno.test("passAtKCurve() ends at the number of samples where that is no power of two", () => {
  const six = outcomes.filter(({ sample, decoding }) => decoding === "sampled" && sample < 6);
  const ks = new Set(passAtKCurve(six, "hard", { replicates: 10 }).map(({ k }) => k));
  assertEquals([...ks], [1, 2, 4, 6]);
});

Deno.test("passAtKCurve() refuses a benchmark without samples", () => {
  assertThrows(() => passAtKCurve(outcomes, "none"), InputError, '"none"');
});
