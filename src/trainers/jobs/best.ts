/** @file Which of its policies a job found the best, where it validates by itself. */
import { InputError } from "../../errors.ts";
import { readText } from "../../files.ts";

/**
 * Reads a job's `best.json`.
 *
 * @returns Updates made before that policy was written.
 * @throws {InputError} where it is not there or says something else.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => readBest("none/best.json"), Error, "none/best.json");
 * ```
 */
export async function readBest(path: string): Promise<{ readonly step: number }> {
  const { step } = JSON.parse(await readText(path)) as { readonly step?: unknown };
  if (typeof step === "number") return { step };
  throw new InputError(`${path}: step: expected a number of updates`);
}
