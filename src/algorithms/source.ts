/** @file Where training takes its next items from. */
import type { Rng } from "../random/rng.ts";
import { Cycle } from "./cycle.ts";

/** Gives items without end. */
export interface Source<T> {
  /** The next `count` items. */
  take(count: number): T[];
}

/**
 * Items of a finite set in random order, again and again; or, made one by one, in the order of their indices.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Rng } from "../random/rng.ts";
 *
 * const endless = sourceOf(null, (index) => [`problem ${index}`], new Rng(1));
 * assertEquals(endless.take(2), ["problem 0", "problem 1"]);
 * const finite = sourceOf(["a", "b"], () => [], new Rng(1));
 * assertEquals(finite.take(2).sort(), ["a", "b"]);
 * ```
 */
export function sourceOf<T>(
  items: readonly T[] | null,
  make: (index: number) => readonly T[],
  rng: Rng,
): Source<T> {
  if (items) return new Cycle(items, rng);
  let index = 0;
  let waiting: T[] = [];
  return {
    take(count) {
      while (waiting.length < count) waiting.push(...make(index++));
      const taken = waiting.slice(0, count);
      waiting = waiting.slice(count);
      return taken;
    },
  };
}
