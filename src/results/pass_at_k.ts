/** @file The unbiased estimator of pass@k (Chen et al., arXiv 2107.03374, equation 1). */

/**
 * Probability that at least one of k samples is right, estimated from n samples of which c were: `1 − C(n−c,k)/C(n,k)`.
 * The binomials overflow long before n is large, so their ratio is multiplied out factor by factor, each at most 1.
 *
 * @throws {RangeError} unless 0 ≤ c ≤ n and 1 ≤ k ≤ n, all whole.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * assertAlmostEquals(passAtK(4, 1, 2), 0.5, 1e-15);
 * assertEquals(passAtK(8, 0, 8), 0);
 * ```
 */
export function passAtK(n: number, c: number, k: number): number {
  const whole = [n, c, k].every(Number.isSafeInteger);
  if (!whole || c < 0 || c > n || k < 1 || k > n) {
    throw new RangeError(`pass@${k} of ${c} right among ${n} samples is not defined`);
  }
  if (n - c < k) return 1;
  let none = 1;
  for (let i = 0; i < k; i++) none *= (n - c - i) / (n - i);
  return 1 - none;
}
