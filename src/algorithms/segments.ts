/** @file Which entries of a packed batch are one completion. */
import type { Entry } from "../policy/packing.ts";

/**
 * The place of each entry's completion's first entry: entries with the same number are one completion. Packing keeps a
 * completion's entries together.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const entries = [0, 1, 0, 1, 2].map((index) => ({ tag: null, index }));
 * assertEquals([...segmentsOf(entries)], [0, 0, 2, 2, 2]);
 * ```
 */
export function segmentsOf(entries: readonly Entry<unknown>[]): Int32Array {
  return Int32Array.from(entries, ({ index }, at) => at - index);
}

/**
 * How many entries each entry's completion has.
 *
 * @param segments As {@link segmentsOf} gives them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...segmentLengths(Int32Array.of(0, 0, 2, 2, 2))], [2, 2, 3, 3, 3]);
 * ```
 */
export function segmentLengths(segments: Int32Array): Int32Array {
  const lengths = new Int32Array(segments.length);
  for (const first of segments) lengths[first]!++;
  return segments.map((first) => lengths[first]!);
}
