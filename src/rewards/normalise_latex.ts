/** @file Spellings of LaTeX that look alike, made equal. */

/** Commands that change size or spacing only, and delimiters of mathematics: dropped. */
const DROPPED = new Set([
  ...[
    "\\left",
    "\\right",
    "\\big",
    "\\Big",
    "\\bigg",
    "\\Bigg",
    "\\bigl",
    "\\bigr",
    "\\Bigl",
    "\\Bigr",
  ],
  ...["\\displaystyle", "\\textstyle", "\\limits", "\\quad", "\\qquad"],
  ...["\\,", "\\;", "\\:", "\\!", "\\ ", "\\(", "\\)", "\\[", "\\]", "$"],
]);

/** Commands with the same meaning: one name for each. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ...["\\dfrac", "\\tfrac", "\\cfrac"].map((name) => [name, "\\frac"] as const),
  ["\\le", "\\leq"],
  ["\\ge", "\\geq"],
  ["\\ne", "\\neq"],
  ["\\to", "\\rightarrow"],
  ["\\lbrace", "\\{"],
  ["\\rbrace", "\\}"],
  ["\\ast", "*"],
]);

/**
 * A text in which spellings of LaTeX that look alike are equal: sizes (`\left`, `\big`), thin and wide spaces (`\,`,
 * `\quad`) and the delimiters `$`, `\(`, `\[` are dropped, `\dfrac` and `\tfrac` become `\frac`, `\le` becomes `\leq` and so
 * on, and braces around a single character that `^` or `_` stands before are taken off. One pass; what is no LaTeX stays
 * as it is, but for `$`. An escaped dollar is kept.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(normaliseLatex(String.raw`\(\left(\dfrac{1}{2}\right)^{2}\)`), String.raw`(\frac{1}{2})^2`);
 * ```
 */
export function normaliseLatex(text: string): string {
  let out = "";
  const token = /\\(?:[A-Za-z]+|[^])|\$|[\^_]\{[^{}\\]\}/gu;
  let from = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match;
    out += text.slice(from, match.index);
    from = token.lastIndex;
    if (DROPPED.has(found)) continue;
    out += found[0] === "^" || found[0] === "_"
      ? found[0] + found.slice(2, -1)
      : RENAMED.get(found) ?? found;
  }
  return out + text.slice(from);
}
