/** @file A problem's text as words, so that the same problem is found in another typography. */

/** Runs of letters or of digits, and mathematical signs; `**` and `--` are typography. Everything else separates. */
const WORD = /[\p{L}\p{M}]+|\p{N}+|[\p{Sm}/^]|(?<!\*)\*(?!\*)|(?<!-)-(?!-)/gu;

/**
 * A problem's words in lower case: runs of letters, runs of digits, and each mathematical sign (`+ - * / ^ = < >` and
 * Unicode's) as a word of its own. White space, punctuation, brackets, and the signs of LaTeX and Markdown (`$ \ { } _ & **`)
 * only separate. Compatibility forms are unified (NFKC), so that `x²` is `x 2` and a full-width letter a letter.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(problemWords("What is $2x + 3$?").join(" "), "what is 2 x + 3");
 * ```
 */
export function problemWords(problem: string): string[] {
  return problem.normalize("NFKC").toLowerCase().match(WORD) ?? [];
}

/**
 * What two texts of the same problem have in common: its words, or, of a text without any, the text itself without the white
 * space around it.
 *
 * @param words The text's words, where they are known already.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(problemKey("What is 2 + 2?"), problemKey("what is\n$2+2$"));
 * assertEquals(problemKey("What is 2 + 2?") === problemKey("What is 2 - 2?"), false);
 * ```
 */
export function problemKey(
  problem: string,
  words: readonly string[] = problemWords(problem),
): string {
  return words.length > 0 ? words.join(" ") : problem.trim();
}
