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
