/** @file The hash of a file's content. */
import { createHash } from "node:crypto";
import { InputError } from "./errors.ts";
import { fileReason } from "./file_reason.ts";

/**
 * SHA-256 of a file, in hexadecimal.
 *
 * @param what Names the field in the error, e.g. `data.file`.
 * @throws {InputError} When it cannot be read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * assertEquals((await hashFile(path, "data.file")).slice(0, 8), "e3b0c442");
 * ```
 */
export async function hashFile(path: string, what: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    using file = await Deno.open(path);
    for await (const chunk of file.readable) hash.update(chunk);
  } catch (error) {
    throw new InputError(`${what}: cannot read ${path}: ${fileReason(error)}`);
  }
  return hash.digest("hex");
}
