/** @file Reads a finished experiment's results again. */
import { InputError } from "../../errors.ts";
import { fileReason } from "../../file_reason.ts";
import { CELL_METRICS, OUTCOMES, readRows } from "../jsonl_rows.ts";
import type { CellMetric, Outcome } from "../outcome.ts";
import { checkSchema, SCHEMA_FILE } from "./schema.ts";

/** What every table and plot is made from. */
export interface StoredResults {
  /** Every completion that was judged. */
  readonly outcomes: readonly Outcome[];
  /** Every stage's metrics. */
  readonly metrics: readonly CellMetric[];
}

/**
 * Reads `schema.json`, `outcomes.jsonl` and `metrics.jsonl` of an experiment's results folder.
 *
 * @param dir e.g. `results/quickstart`.
 * @throws {InputError} where one is missing or wrong, or was written by a version with another schema.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${dir}/schema.json`, '{"version":1}');
 * await Deno.writeTextFile(`${dir}/outcomes.jsonl`, "");
 * await Deno.writeTextFile(`${dir}/metrics.jsonl`, "");
 * assertEquals(await readResults(dir), { outcomes: [], metrics: [] });
 * ```
 */
export async function readResults(dir: string): Promise<StoredResults> {
  const path = `${dir}/${SCHEMA_FILE}`;
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new InputError(`${path}: cannot be read: ${fileReason(error)}`);
  }
  checkSchema(text, path);
  const [outcomes, metrics] = await Promise.all([
    readRows(OUTCOMES, `${dir}/outcomes.jsonl`),
    readRows(CELL_METRICS, `${dir}/metrics.jsonl`),
  ]);
  return { outcomes, metrics };
}
