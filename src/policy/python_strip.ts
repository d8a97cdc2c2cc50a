/** @file Python's `str.strip`, which chat templates are written for. */

/** What Python's `str.isspace` holds for. JavaScript's `trim` takes U+FEFF besides, and leaves U+001C to U+001F and U+0085. */
const SPACES: ReadonlySet<string> = new Set(
  "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a" +
    "\u2028\u2029\u202f\u205f\u3000",
);

/** Which ends of a text are stripped. */
export type StripEnds = "both" | "left" | "right";

/**
 * A text without the characters at its ends that are among `characters`.
 *
 * @param characters The characters, in any order; null for white space.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(pythonStrip("\n\n  a \n", "left", "\n"), "  a \n");
 * assertEquals(pythonStrip("\n\n  a \n", "both", null), "a");
 * ```
 */
export function pythonStrip(text: string, ends: StripEnds, characters: string | null): string {
  const set = characters === null ? SPACES : new Set(characters);
  const at = (place: number) => String.fromCodePoint(text.codePointAt(place)!);
  let [start, end] = [0, text.length];
  while (ends !== "right" && start < end && set.has(at(start))) start += at(start).length;
  while (ends !== "left" && start < end) {
    // The second half of a pair is looked at with the first.
    const pair = end - start > 1 && at(end - 2).length === 2;
    const last = pair ? end - 2 : end - 1;
    if (!set.has(at(last))) break;
    end = last;
  }
  return text.slice(start, end);
}
