/** @file How far training has moved from the policy that sampled, as the objective sees it. */
import type { CispoObjective, SurrogateObjective } from "./objective.ts";
import { segmentLengths } from "./segments.ts";

/**
 * The probability ratio at each entry: of the token, or of its whole completion where the objective asks for that.
 *
 * @param logProbs Log-probabilities under the policy.
 * @param old The same when the tokens were sampled.
 * @param segments Which completion each belongs to, as `segmentsOf` gives it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const objective = { kind: "surrogate", clipLow: 0.2, clipHigh: 0.2, klCoefficient: 0 } as const;
 * const numbers = [[Math.log(2), Math.log(8), 0], [0, 0, 0], Int32Array.of(0, 0, 2)] as const;
 * const rounded = (ratios: Float64Array) => [...ratios].map(Math.round);
 * assertEquals(rounded(ratiosOf(objective, ...numbers)), [2, 8, 1]);
 * assertEquals(rounded(ratiosOf({ ...objective, ratio: "sequence" }, ...numbers)), [4, 4, 1]);
 * ```
 */
export function ratiosOf(
  objective: SurrogateObjective | CispoObjective,
  logProbs: ArrayLike<number>,
  old: ArrayLike<number>,
  segments: Int32Array,
): Float64Array {
  const logs = Float64Array.from(segments, (_, i) => logProbs[i]! - old[i]!);
  if (objective.kind === "cispo" || objective.ratio !== "sequence") return logs.map(Math.exp);
  const lengths = segmentLengths(segments);
  const sums = new Float64Array(logs.length);
  logs.forEach((log, i) => sums[segments[i]!]! += log);
  return Float64Array.from(segments, (first, i) => Math.exp(sums[first]! / lengths[i]!));
}

/**
 * How many ratios lie outside the objective's bounds.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const ratios = Float64Array.of(0.1, 1, 1.3);
 * assertEquals(countClipped({ kind: "surrogate", clipLow: 0.2, clipHigh: 0.2, klCoefficient: 0 }, ratios), 2);
 * assertEquals(countClipped({ kind: "cispo", clipHigh: 0.2, klCoefficient: 0 }, ratios), 1);
 * ```
 */
export function countClipped(
  objective: SurrogateObjective | CispoObjective,
  ratios: Float64Array,
): number {
  const low = objective.kind === "cispo" ? -Infinity : 1 - objective.clipLow;
  const high = 1 + objective.clipHigh;
  return ratios.reduce((n, ratio) => n + Number(ratio < low || ratio > high), 0);
}
