/** @file Counting what is used and what is dropped, and why. */

/** Something that was not used. */
export interface Dropped {
  /** Its id. */
  readonly id: string;
  /** Why, as a short code. */
  readonly reason: string;
  /** The same in words, with what is particular to it. */
  readonly detail: string;
}

/** All that was dropped for one reason. */
export interface DropSummary<T extends Dropped> {
  /** The reason's code. */
  readonly reason: string;
  /** How many. */
  readonly count: number;
  /** The first of them. */
  readonly example: T;
}

/** An account as JSON: `total` is `used` and the counts of all reasons. */
export interface AccountJson<T extends Dropped> {
  /** Used and dropped together. */
  readonly total: number;
  /** Used. */
  readonly used: number;
  /** How many were dropped, by reason, the most frequent first. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Each that was dropped, in order. */
  readonly dropped: readonly T[];
}

/**
 * An account of things of one kind: each is used, or dropped for a named reason.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const instances = new Account();
 * instances.use(2);
 * instances.drop({ id: "p1#3", reason: "prompt-too-long", detail: "900 of 512 tokens" });
 * assertEquals([instances.total, instances.used], [3, 2]);
 * assertEquals(instances.text("step instances"), "2 of 3 step instances used, 1 dropped (prompt-too-long 1)");
 * ```
 */
export class Account<T extends Dropped = Dropped> {
  #used = 0;
  readonly #dropped: T[] = [];

  /** Counts some, one unless told, as used. */
  use(count: number = 1): void {
    this.#used += count;
  }

  /** Counts one as dropped. */
  drop(item: T): void {
    this.#dropped.push(item);
  }

  /** Used and dropped together. */
  get total(): number {
    return this.#used + this.#dropped.length;
  }

  /** How many were used. */
  get used(): number {
    return this.#used;
  }

  /** What was dropped, in order. */
  get dropped(): readonly T[] {
    return this.#dropped;
  }

  /** Drops by reason, the most frequent first, equally frequent ones by first appearance. */
  reasons(): DropSummary<T>[] {
    const summaries = new Map<string, { count: number; readonly example: T }>();
    for (const example of this.#dropped) {
      const known = summaries.get(example.reason);
      if (known === undefined) summaries.set(example.reason, { count: 1, example });
      else known.count++;
    }
    return [...summaries].map(([reason, rest]) => ({ reason, ...rest }))
      .sort((a, b) => b.count - a.count);
  }

  /** Whether more than a fraction was dropped, or nothing was used. */
  exceeds(fraction: number): boolean {
    return this.#used === 0 || this.#dropped.length > fraction * this.total;
  }

  /** The totals in a few words; `what` names the things, in the plural. */
  text(what: string): string {
    const reasons = this.reasons().map(({ reason, count }) => `${reason} ${count}`).join(", ");
    const dropped = reasons === "" ? "" : `, ${this.#dropped.length} dropped (${reasons})`;
    return `${this.#used} of ${this.total} ${what} used${dropped}`;
  }

  /** For `JSON.stringify`. */
  toJSON(): AccountJson<T> {
    const reasons = Object.fromEntries(this.reasons().map(({ reason, count }) => [reason, count]));
    return { total: this.total, used: this.#used, reasons, dropped: this.#dropped };
  }
}
