/** @file The account of what became of each source row, so that nothing is dropped without a word. */
import { InputError } from "../errors.ts";

/** A row that was not used. */
export interface DroppedRow {
  /** Its line in the file, from 1. */
  readonly row: number;
  /** Its id. */
  readonly id: string;
  /** Why, as a short code. */
  readonly reason: string;
  /** The same in words, with what is particular to this row. */
  readonly detail: string;
}

/** All rows dropped for one reason. */
export interface DropSummary {
  /** The reason's code. */
  readonly reason: string;
  /** How many rows. */
  readonly count: number;
  /** The first of them. */
  readonly example: DroppedRow;
}

/**
 * Counts each row of a source as used or as dropped for a named reason.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const ledger = new Ledger("solutions.jsonl");
 * ledger.use();
 * ledger.drop({ row: 2, id: "p2", reason: "too-few-steps", detail: "there is one step" });
 * assertEquals([ledger.rows, ledger.used, ledger.dropped.length], [2, 1, 1]);
 * assertEquals(ledger.reasons().map(({ reason, count }) => [reason, count]), [["too-few-steps", 1]]);
 * ```
 */
export class Ledger {
  /** Where the rows come from, e.g. a path. */
  readonly source: string;
  #used = 0;
  readonly #dropped: DroppedRow[] = [];

  /** Opens an empty account of a source. */
  constructor(source: string) {
    this.source = source;
  }

  /** Counts a row as used. */
  use(): void {
    this.#used++;
  }

  /** Counts a row as dropped. */
  drop(row: DroppedRow): void {
    this.#dropped.push(row);
  }

  /** Rows in all. */
  get rows(): number {
    return this.#used + this.#dropped.length;
  }

  /** Rows used. */
  get used(): number {
    return this.#used;
  }

  /** Rows dropped, in the order of the source. */
  get dropped(): readonly DroppedRow[] {
    return this.#dropped;
  }

  /** Rows dropped by reason, the most frequent first, equally frequent ones by first appearance. */
  reasons(): DropSummary[] {
    const summaries = new Map<string, DropSummary>();
    for (const example of this.#dropped) {
      const known = summaries.get(example.reason);
      summaries.set(
        example.reason,
        known === undefined
          ? { reason: example.reason, count: 1, example }
          : { ...known, count: known.count + 1 },
      );
    }
    return [...summaries.values()].sort((a, b) => b.count - a.count);
  }

  /**
   * Throws an `InputError` if nothing was used or more than a fraction of the rows was dropped, naming the most frequent
   * reason.
   *
   * @param fraction From 0 (no row may be dropped) to 1.
   */
  failAbove(fraction: number): void {
    const { rows, used, source } = this;
    if (used > 0 && rows - used <= fraction * rows) return;
    const most = this.reasons()[0];
    const found = used === 0
      ? `none of ${rows} rows can be used`
      : `${rows - used} of ${rows} rows were dropped, at most ${100 * fraction} % may be`;
    const why = most === undefined
      ? ""
      : `; most often (${most.count}) for "${most.reason}", e.g. line ${most.example.row}: ${most.example.detail}`;
    throw new InputError(`${source}: ${found}${why}`);
  }
}
