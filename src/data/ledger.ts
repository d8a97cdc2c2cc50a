/** @file The account of what became of each source row and each step instance, so that nothing is dropped without a word. */
import { InputError } from "../errors.ts";
import { Account, type AccountJson, type Dropped } from "./account.ts";

/** A row that was not used. */
export interface DroppedRow extends Dropped {
  /** Its number in the source, as the source counts: the line of a file, from 1. */
  readonly row: number;
}

/** How many of the commonest reasons a failure names. */
const NAMED = 3;

/** A ledger as it is kept with a run. */
export interface LedgerJson {
  /** Where the rows come from. */
  readonly source: string;
  /** What became of the rows. */
  readonly rows: AccountJson<DroppedRow> & {
    /** Of the rows used, how many a teacher rewrote. */
    readonly rewritten: number;
  };
  /** What became of the prompts that the rows gave; null where none was counted. */
  readonly prompts: AccountJson<Dropped> | null;
}

/**
 * Counts each row of a source as used or as dropped for a named reason, and, in an account of their own, the prompts
 * that the used rows gave: a dropped prompt does not make its row a dropped one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const ledger = new Ledger("solutions.jsonl");
 * ledger.use();
 * ledger.drop({ row: 2, id: "p2", reason: "too-few-steps", detail: "there is one step" });
 * ledger.prompts.use(2);
 * ledger.prompts.drop({ id: "p1#3", reason: "prompt-too-long", detail: "900 of 512 tokens" });
 * assertEquals([ledger.rows, ledger.used, ledger.dropped.length], [2, 1, 1]);
 * assertEquals(
 *   ledger.summary(),
 *   "solutions.jsonl: 1 of 2 rows used, 1 dropped (too-few-steps 1); " +
 *     "2 of 3 prompts used, 1 dropped (prompt-too-long 1)",
 * );
 * ```
 */
export class Ledger {
  /** Where the rows come from, e.g. a path. */
  readonly source: string;
  /** What becomes of the prompts, for who makes and filters them. */
  readonly prompts: Account = new Account();
  readonly #rows = new Account<DroppedRow>();
  #rewritten = 0;

  /** Opens an empty account of a source. */
  constructor(source: string) {
    this.source = source;
  }

  /** Counts a row as used; `rewritten` where a teacher had to rewrite it first. */
  use({ rewritten = false }: { readonly rewritten?: boolean } = {}): void {
    this.#rows.use();
    if (rewritten) this.#rewritten++;
  }

  /** Counts a row as dropped. */
  drop(row: DroppedRow): void {
    this.#rows.drop(row);
  }

  /** Rows in all. */
  get rows(): number {
    return this.#rows.total;
  }

  /** Rows used. */
  get used(): number {
    return this.#rows.used;
  }

  /** Of the rows used, how many a teacher rewrote. */
  get rewritten(): number {
    return this.#rewritten;
  }

  /** Rows dropped, in the order of the source. */
  get dropped(): readonly DroppedRow[] {
    return this.#rows.dropped;
  }

  /** Rows dropped by reason, the most frequent first, equally frequent ones by first appearance. */
  reasons(): ReturnType<Account<DroppedRow>["reasons"]> {
    return this.#rows.reasons();
  }

  /** The totals in one line. */
  summary(): string {
    return [
      `${this.source}: ${this.#rows.text("rows")}`,
      ...this.#rewritten > 0 ? [`${this.#rewritten} rewritten by the teacher`] : [],
      ...this.prompts.total > 0 ? [this.prompts.text("prompts")] : [],
    ].join("; ");
  }

  /**
   * Throws an `InputError` if no row was used or more than a fraction was dropped. It names the three commonest reasons, with
   * one row each.
   *
   * @param fraction From 0 (nothing may be dropped) to 1.
   * @param field The option that sets it, for the error.
   */
  failAbove(fraction: number, field: string = "maxDropped"): void {
    if (!this.#rows.exceeds(fraction)) return;
    const { total, used } = this.#rows;
    const found = used === 0
      ? `none of ${total} rows can be used`
      : `${total - used} of ${total} rows were dropped, at most ${
        100 * fraction
      } % may be (${field})`;
    throw new InputError([`${this.source}: ${found}`, ...this.why()].join("; "));
  }

  /** The three commonest reasons why rows were dropped, in words, with one row each. */
  why(): string[] {
    return this.#rows.reasons().slice(0, NAMED).map(({ reason, count, example }) =>
      `${count} for "${reason}", e.g. row ${example.row}: ${example.detail}`
    );
  }

  /** For `JSON.stringify`: what is kept with a run. */
  toJSON(): LedgerJson {
    return {
      source: this.source,
      rows: { ...this.#rows.toJSON(), rewritten: this.#rewritten },
      prompts: this.prompts.total > 0 ? this.prompts.toJSON() : null,
    };
  }
}
