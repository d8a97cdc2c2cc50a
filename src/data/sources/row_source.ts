/** @file What every source of rows gives, wherever the rows are. */

/** One row, not yet checked. */
export interface SourceRow {
  /**
   * Its number, unique in its source and ascending: the line of a JSON Lines file, else counted from 1. Several files of one
   * source are numbered on.
   */
  readonly row: number;
  /** File and row, to begin an error with, e.g. `solutions.jsonl:7`. */
  readonly place: string;
  /** Its content: strings, numbers, booleans, null, arrays and objects; of Parquet's binary columns, bytes. */
  readonly value: unknown;
}

/**
 * Rows from a file, the Hub, or the experiment itself. To open one, see `openSource`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { arraySource } from "./array_source.ts";
 *
 * const source: RowSource = arraySource([{ question: "1+1?" }], "data");
 * assertEquals(await Array.fromAsync(source.rows(), ({ place }) => place), ["data.rows[0]"]);
 * ```
 */
export interface RowSource {
  /** What errors and reports call it: `solutions.jsonl`, `hf:owner/name@<commit>/train`. */
  readonly name: string;
  /** The rows, in order, one at a time. Throws an `InputError` with the place for what cannot be read. */
  rows(): AsyncGenerator<SourceRow>;
  /** SHA-256 of the content, in hexadecimal: equal content has an equal hash, wherever it is. */
  contentHash(): Promise<string>;
}
