/** @file The one error class for what a user can mend. */

/**
 * Bad input: a misspelt key, an unreadable file, a value that cannot be. The command line prints the message alone,
 * without a stack, and exits with 2; any other error is a fault of ours and keeps its stack.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const error = new InputError("problems.jsonl:7: expected an object, found a number");
 * assertEquals(error.name, "InputError");
 * ```
 */
export class InputError extends Error {
  /** Tells this class from other errors where `instanceof` cannot (across processes). */
  override name = "InputError";
}

/**
 * Does something for which an {@link InputError} is to say where it arose: its message gets that before it.
 *
 * @param place What is at fault: an option, a file, a row.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * const refuse = () => {
 *   throw new InputError("found none");
 * };
 * assertThrows(() => refusedAt("--model small", refuse), InputError, "--model small: found none");
 * ```
 */
export function refusedAt<T>(place: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${place}: ${error.message}`);
  }
}
