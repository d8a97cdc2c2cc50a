/** @file A command line as somebody can type it again. */

/** Words that a shell takes as they are. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * A command line for a POSIX shell: a word with anything in it that the shell would read is quoted.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shellText(["run", "--only", "srl → rlvr"]), "run --only 'srl → rlvr'");
 * ```
 */
export function shellText(words: readonly string[]): string {
  return words.map((word) => PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
    .join(" ");
}
