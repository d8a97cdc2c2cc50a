/** @file A number of things in words. */

/**
 * A number with its noun, in the plural unless it is 1.
 *
 * @param noun One whose plural ends in `s`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([countText(1, "stage"), countText(2, "stage")], ["1 stage", "2 stages"]);
 * ```
 */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
