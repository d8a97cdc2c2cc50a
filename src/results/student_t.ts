/** @file Student's t distribution for a whole number of degrees of freedom, where it has a closed form. */

/**
 * Probability that |T| is at most `sqrt(df) · tan(angle)`, by the finite series of Abramowitz & Stegun 26.7.3 and 26.7.4.
 * The angle, in (0, π/2), keeps t finite however heavy the tail is.
 */
function within(angle: number, df: number): number {
  const cosine = Math.cos(angle);
  const odd = df % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = df === 1 ? 0 : term;
  for (let i = odd ? 3 : 2; i < df; i += 2) {
    term *= cosine * cosine * (i - 1) / i;
    sum += term;
  }
  return odd ? (angle + Math.sin(angle) * sum) * 2 / Math.PI : Math.sin(angle) * sum;
}

/**
 * The t that |T| stays below with probability `level`: what a standard error is multiplied with to give a two-sided
 * interval.
 *
 * @param df Degrees of freedom, whole and at least 1.
 * @param level Between 0 and 1, e.g. 0.95.
 * @throws {RangeError} for anything else.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(studentT(2, 0.95), 4.302652729749464, 1e-12);
 * ```
 */
export function studentT(df: number, level: number): number {
  if (!Number.isSafeInteger(df) || df < 1 || !(level > 0 && level < 1)) {
    throw new RangeError(`Student's t is not defined for ${df} degrees of freedom at ${level}`);
  }
  // `within` grows with the angle: halve until two neighbouring doubles are left.
  let [low, high] = [0, Math.PI / 2];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return Math.sqrt(df) * Math.tan(middle);
    if (within(middle, df) < level) low = middle;
    else high = middle;
  }
}
