/** @file How large a difference is, in units that do not depend on how many problems or seeds were measured. */
import { mean, sampleStandardDeviation } from "simple-statistics";

/**
 * Cohen's h of two proportions: `2·asin√p − 2·asin√q` (Cohen 1988, §6.2). 0.2 is called small, 0.5 medium, 0.8 large.
 *
 * @param p From 0 to 1.
 * @param q From 0 to 1.
 * @returns From −π to π.
 * @throws {RangeError} for anything else.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(cohensH(0.75, 0.25), Math.PI / 3, 1e-15);
 * ```
 */
export function cohensH(p: number, q: number): number {
  // A mean of fractions may pass 1 by its last bit.
  const angle = (proportion: number) => {
    if (!(proportion > -1e-12 && proportion < 1 + 1e-12)) {
      throw new RangeError(`Cohen's h: found ${proportion}, expected a proportion`);
    }
    return 2 * Math.asin(Math.sqrt(Math.min(1, Math.max(0, proportion))));
  };
  return angle(p) - angle(q);
}

/**
 * Cohen's d of paired differences: their mean in units of their standard deviation (Cohen 1988, §2.3.5).
 *
 * @returns Null where they are all equal, or fewer than two.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(pairedCohensD([0, 1, 2]), 1);
 * ```
 */
export function pairedCohensD(differences: readonly number[]): number | null {
  if (differences.length < 2) return null;
  const deviation = sampleStandardDeviation([...differences]);
  return deviation < 1e-12 ? null : mean([...differences]) / deviation;
}
