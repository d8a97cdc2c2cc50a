/** @file The weighted harmonic mean of precision and recall. */

/**
 * Fβ = (1 + β²) · P · R / (β² · P + R), 0 where nothing matches (van Rijsbergen 1979): recall counts β times as much as
 * precision.
 *
 * @param matched What both have.
 * @param found What the candidate has.
 * @param expected What the reference has.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(fMeasure(1, 2, 2, 1), 0.5);
 * assertEquals(fMeasure(0, 0, 0, 1), 0);
 * ```
 */
export function fMeasure(
  matched: number,
  found: number,
  expected: number,
  beta: number,
): number {
  return matched === 0 ? 0 : fScore(matched / found, matched / expected, beta);
}

/**
 * The same from precision and recall.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(fScore(0.5, 1, 2), 2.5 / 3);
 * ```
 */
export function fScore(precision: number, recall: number, beta: number): number {
  const factor = beta ** 2;
  const total = factor * precision + recall;
  return total === 0 ? 0 : (1 + factor) * precision * recall / total;
}
