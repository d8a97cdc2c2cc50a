/** @file Where training takes its next items from. */
import type { Rng } from "../random/rng.ts";
import { Cycle } from "./cycle.ts";

/** How far a source has come: all that a stage which goes on needs to know of it. */
export interface SourcePosition {
  /** Rounds begun: passes over a finite set, or indices that items were made from. */
  readonly rounds: number;
  /** Items of the last round that are still to be taken. */
  readonly left: number;
}

/** Gives items without end. */
export interface Source<T> {
  /** How far it has come. */
  readonly position: SourcePosition;
  /** The next `count` items. */
  take(count: number): T[];
  /** Goes to a position that an equal source had: what it gives next is what that one gave next. */
  moveTo(position: SourcePosition): void;
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
    get position() {
      return { rounds: index, left: waiting.length };
    },
    moveTo({ rounds, left }) {
      index = rounds;
      waiting = left === 0 ? [] : make(rounds - 1).slice(-left);
    },
    take(count) {
      while (waiting.length < count) waiting.push(...make(index++));
      const taken = waiting.slice(0, count);
      waiting = waiting.slice(count);
      return taken;
    },
  };
}
