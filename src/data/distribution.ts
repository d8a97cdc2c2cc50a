/** @file A few numbers that say how some values are spread. */

/** How values are spread. */
export interface Distribution {
  /** The smallest. */
  readonly minimum: number;
  /** The middle one, or the mean of the middle two. */
  readonly median: number;
  /** The arithmetic mean. */
  readonly mean: number;
  /** The largest. */
  readonly maximum: number;
}

/**
 * The spread of some values; null for none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(distributionOf([4, 1, 2, 9]), { minimum: 1, median: 3, mean: 4, maximum: 9 });
 * ```
 */
export function distributionOf(values: readonly number[]): Distribution | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return {
    minimum: sorted[0]!,
    median: sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2,
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    maximum: sorted.at(-1)!,
  };
}
