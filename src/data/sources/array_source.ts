/** @file Rows that stand in the experiment file itself. */
import { hashCanonical } from "../../experiment/hash_canonical.ts";
import { InputError } from "../../errors.ts";
import type { RowSource } from "./row_source.ts";

/**
 * Rows given as an array. Places are written as in the experiment file (`data.rows[0]`), row numbers count from 1.
 *
 * Throws an `InputError` for an empty array.
 *
 * @param field Path of the declaration that has the rows, for names and errors.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const rows = await Array.fromAsync(arraySource([{ question: "1+1?" }], "data").rows());
 * assertEquals(rows, [{ row: 1, place: "data.rows[0]", value: { question: "1+1?" } }]);
 * ```
 */
export function arraySource(rows: readonly unknown[], field: string): RowSource {
  const name = `${field}.rows`;
  if (rows.length === 0) throw new InputError(`${name}: expected at least one row, found none`);
  return {
    name,
    async *rows() {
      for (const [at, value] of rows.entries()) {
        yield { row: at + 1, place: `${name}[${at}]`, value };
      }
    },
    contentHash: () => Promise.resolve(hashCanonical(rows)),
  };
}
