/** @file Finding the final answer in a solution. */

/** A closed `\boxed{…}`: places in the text. */
export interface Box {
  /** Of its backslash. */
  readonly from: number;
  /** Of its content. */
  readonly start: number;
  /** Of its closing brace. */
  readonly end: number;
}

/**
 * Every closed `\boxed{…}`, its braces balanced, in the order in which they close. Escaped braces (`\{`) are text. One
 * pass, whatever the input.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(findBoxes(String.raw`\boxed{1}`), [{ from: 0, start: 7, end: 8 }]);
 * ```
 */
export function findBoxes(text: string): Box[] {
  const boxes: Box[] = [];
  /** Open braces, and whether each is a box. */
  const open: { from: number; start: number; boxed: boolean }[] = [];
  const token = /\\boxed\s*\{|\\[^]|[{}]/g;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const found = match[0];
    if (found.endsWith("{") && found !== "\\{") {
      open.push({ from: match.index, start: token.lastIndex, boxed: found !== "{" });
    } else if (found === "}") {
      const opened = open.pop();
      if (opened?.boxed) boxes.push({ from: opened.from, start: opened.start, end: match.index });
    }
  }
  return boxes;
}

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
  let last: Box | null = null;
  for (const box of findBoxes(text)) if (last === null || box.start > last.start) last = box;
  return last === null ? null : text.slice(last.start, last.end).trim();
}
