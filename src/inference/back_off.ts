/** @file Growing pauses between the tries of one request. */

/** Longest of them, in seconds. */
const LONGEST = 30;

/**
 * Seconds to wait after a try that failed: `first` after the first, twice as long after each next one, at most 30, and each spread by a
 * quarter, because what failed together must not come back together.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * const third = backOff(3, 0.5);
 * assert(third >= 1.5 && third <= 2.5);
 * ```
 */
export function backOff(attempt: number, first: number): number {
  return Math.min(first * 2 ** (attempt - 1), LONGEST) * (0.75 + Math.random() / 2);
}
