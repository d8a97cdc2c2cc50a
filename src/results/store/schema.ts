/** @file The version of what an experiment's results folder holds. */
import { z } from "zod";
import { InputError } from "../../errors.ts";

/** Raised when a column is renamed, removed or means something else; a column that is added leaves it. */
export const SCHEMA_VERSION = 1;

/** Name of the file that says which version the files beside it have. */
export const SCHEMA_FILE = "schema.json";

const schema = z.object({ version: z.int() });

/**
 * What {@link SCHEMA_FILE} holds.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(JSON.parse(formatSchema()).version, 1);
 * ```
 */
export function formatSchema(): string {
  const files = {
    "outcomes.jsonl": "one line per arm, size, seed, benchmark, decoding, problem and sample",
    "outcomes.parquet": "the same rows",
    "metrics.jsonl": "one line per arm, size, seed, stage and step",
    "metrics.parquet": "one row per arm, size, seed, stage, step and metric",
  };
  return `${JSON.stringify({ version: SCHEMA_VERSION, files }, null, 2)}\n`;
}

/**
 * Makes sure that a folder's files can be read by this version.
 *
 * @param text Content of {@link SCHEMA_FILE}.
 * @param file Its name in errors.
 * @throws {InputError} for another version, and for anything else.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => checkSchema('{"version":2}', "schema.json"), Error, "found version 2");
 * ```
 */
export function checkSchema(text: string, file: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: not JSON (${(error as Error).message})`);
  }
  const { data } = schema.safeParse(value);
  if (data === undefined) throw new InputError(`${file}: version: expected a whole number`);
  if (data.version !== SCHEMA_VERSION) {
    throw new InputError(
      `${file}: version: found version ${data.version}, expected ${SCHEMA_VERSION}`,
    );
  }
}
