/** @file Finding the final answer in a solution. */

/**
 * The content of the last closed `\boxed{…}`, its braces balanced, without surrounding white space; null where there
 * is none. Escaped braces (`\{`) are text. Of nested boxes the innermost last one counts. One pass, whatever the input.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(lastBoxed(String.raw`First \boxed{1}, in fact \boxed{\frac{3}{4}}.`), "\\frac{3}{4}");
 * assertEquals(lastBoxed("The answer is 7."), null);
 * ```
 */
export function lastBoxed(text: string): string | null {
  /** Where the content of each open brace begins, and whether it is a box. */
  const open: { start: number; boxed: boolean }[] = [];
  let last: { start: number; end: number } | null = null;
  const token = /\\boxed\s*\{|\\[^]|[{}]/g;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const found = match[0];
    if (found.endsWith("{") && found !== "\\{") {
      open.push({ start: token.lastIndex, boxed: found !== "{" });
    } else if (found === "}") {
      const opened = open.pop();
      if (opened?.boxed && (last === null || opened.start > last.start)) {
        last = { start: opened.start, end: match.index };
      }
    }
  }
  return last === null ? null : text.slice(last.start, last.end).trim();
}
