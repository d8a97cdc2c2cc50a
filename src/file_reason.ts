/** @file Why a file could not be read or written, in words. */

/**
 * What a failed read or write says, without the number that the operating system gives it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const error = await Deno.open("none.jsonl").catch((error) => error);
 * assertEquals(fileReason(error), "there is no such file");
 * ```
 */
export function fileReason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (error instanceof Deno.errors.NotADirectory) return "it is no folder";
  // Behind the number stands the call and the path, which is a temporary name where one is written.
  return error instanceof Error
    ? error.message.replace(/ \(os error \d+\).*$/s, "")
    : String(error);
}
