/** @file Training items in a shuffled order, over and over. */
import type { Rng } from "../random/rng.ts";
import type { Source, SourcePosition } from "./source.ts";

/**
 * Goes through items in random order; each pass takes every item once, in an order of its own.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Rng } from "../random/rng.ts";
 *
 * const cycle = new Cycle(["a", "b", "c"], new Rng(1));
 * assertEquals(cycle.take(3).sort(), ["a", "b", "c"]);
 * assertEquals(cycle.take(3).sort(), ["a", "b", "c"]);
 * ```
 */
export class Cycle<T> implements Source<T> {
  readonly #items: readonly T[];
  readonly #rng: Rng;
  #order: T[] = [];
  #passes = 0;

  /** The items, of which there must be one at least. */
  constructor(items: readonly T[], rng: Rng) {
    if (items.length === 0) throw new RangeError("Cycle: there are no items");
    this.#items = items;
    this.#rng = rng;
  }

  /** The next `count` items. */
  take(count: number): T[] {
    const taken: T[] = [];
    while (taken.length < count) {
      if (this.#order.length === 0) this.#order = this.#orderOf(this.#passes++);
      taken.push(...this.#order.splice(0, count - taken.length));
    }
    return taken;
  }

  /** Passes begun, and what is left of the last. */
  get position(): SourcePosition {
    return { rounds: this.#passes, left: this.#order.length };
  }

  /** Goes to a position that a cycle of the same items and stream had. */
  moveTo({ rounds, left }: SourcePosition): void {
    this.#passes = rounds;
    this.#order = left === 0 ? [] : this.#orderOf(rounds - 1).slice(-left);
  }

  /** The order of a pass. */
  #orderOf(pass: number): T[] {
    return this.#rng.fork("pass", pass).shuffle(this.#items);
  }
}
