/** @file White space as Python's `str.split()` sees it. */

/**
 * Whether Python's `str.split()` splits at a UTF-16 code unit. JavaScript's `\s` differs in both directions: it
 * lacks U+001C to U+001F and U+0085, and has U+FEFF.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([isWhiteSpace(0x1c), isWhiteSpace(0xfeff)], [true, false]);
 * ```
 */
export function isWhiteSpace(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x9 && unit <= 0xd) || unit >= 0x1c;
  if (unit < 0x85) return false;
  return unit === 0x85 || unit === 0xa0 || unit === 0x1680 || (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 || unit === 0x2029 || unit === 0x202f || unit === 0x205f || unit === 0x3000;
}

/**
 * The words between white space, as Python's `str.split()` gives them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(splitWords("  x = 1\n"), ["x", "=", "1"]);
 * ```
 */
export function splitWords(text: string): string[] {
  const found: string[] = [];
  let start = -1;
  for (let at = 0; at < text.length; at++) {
    if (isWhiteSpace(text.charCodeAt(at))) {
      if (start !== -1) found.push(text.slice(start, at));
      start = -1;
    } else if (start === -1) start = at;
  }
  if (start !== -1) found.push(text.slice(start));
  return found;
}

/**
 * Each run of white space as one space, none at the ends.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(collapseWhiteSpace(" x\t=\n1 "), "x = 1");
 * ```
 */
export function collapseWhiteSpace(text: string): string {
  return splitWords(text).join(" ");
}
