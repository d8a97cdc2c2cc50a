/** @file Untrusted text made safe for a terminal, measured and wrapped. */

/** One code point as a terminal shows it. */
export interface Glyph {
  /** What is written: the code point, or an escape such as `\x1b` where it could drive the terminal or hide. */
  readonly text: string;
  /** Columns that it takes. */
  readonly width: number;
  /** Whether it is to be highlighted. */
  readonly marked: boolean;
}

/** Controls, bidirectional and other invisible formatting, lone surrogates, unassigned; line and paragraph separators. */
const UNSAFE = /^[\p{C}\u2028\u2029]$/u;
const COMBINING = /^\p{M}$/u;
const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]$/u;

/** Marks stacked on one letter in ordinary writing; more of them would paint over the lines around. */
const MOST_COMBINING = 3;

/** Asks for the emoji form of the symbol before it, which is one column wider. */
const EMOJI_FORM = "\ufe0f";

/**
 * Splits text into glyphs that cannot move the cursor, set colours, reverse the writing or disappear. A line feed stays,
 * for `wrapGlyphs` to break at.
 *
 * @param marked Tells by its index which code point is to be highlighted.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(toGlyphs("a\x1b漢").map(({ text, width }) => [text, width]), [["a", 1], ["\\x1b", 4], ["漢", 2]]);
 * ```
 */
export function toGlyphs(text: string, marked: (index: number) => boolean = () => false): Glyph[] {
  let stacked = 0;
  return Array.from(text, (char, index) => {
    stacked = COMBINING.test(char) ? stacked + 1 : 0;
    const shown = (UNSAFE.test(char) && char !== "\n") || stacked > MOST_COMBINING
      ? escaped(char)
      : char;
    return {
      text: shown,
      width: shown === char ? width(char) : shown.length,
      marked: marked(index),
    };
  });
}

/**
 * Breaks glyphs into lines of at most `columns` columns: at line feeds, after the last space that fits, and within a
 * word only where the word alone is too long.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const lines = wrapGlyphs(toGlyphs("carry the one"), 9);
 * assertEquals(lines.map((line) => line.map(({ text }) => text).join("")), ["carry the", "one"]);
 * ```
 */
export function wrapGlyphs(glyphs: readonly Glyph[], columns: number): Glyph[][] {
  const lines: Glyph[][] = [];
  let line: Glyph[] = [];
  let used = 0;
  let breakAt = 0;
  const startLine = (glyphs: Glyph[]) => {
    line = glyphs;
    used = line.reduce((sum, glyph) => sum + glyph.width, 0);
    breakAt = 0;
  };
  for (const glyph of glyphs) {
    if (glyph.text === "\n") {
      lines.push(line);
      startLine([]);
      continue;
    }
    if (used + glyph.width > columns && line.length > 0) {
      const space = glyph.text === " ";
      const rest = space || breakAt === 0 ? [] : line.splice(breakAt);
      lines.push(line);
      startLine(rest);
      if (space) continue;
    }
    line.push(glyph);
    used += glyph.width;
    if (glyph.text === " ") breakAt = line.length;
  }
  lines.push(line);
  return lines.map(trimEnd);
}

/**
 * Safe lines of at most `columns` columns.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(wrapText("one two\nthree", 5), ["one", "two", "three"]);
 * ```
 */
export function wrapText(text: string, columns: number): string[] {
  return wrapGlyphs(toGlyphs(text), columns).map((line) => line.map(({ text }) => text).join(""));
}

/**
 * Text on one line, safe for a terminal: a line feed is escaped too.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(safeLine("a\nb"), "a\\nb");
 * ```
 */
export function safeLine(text: string): string {
  return toGlyphs(text).map(({ text }) => text === "\n" ? "\\n" : text).join("");
}

/**
 * Columns that safe text takes on one line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(displayWidth("srl → 漢"), 8);
 * ```
 */
export function displayWidth(text: string): number {
  return toGlyphs(text).reduce((sum, glyph) => sum + glyph.width, 0);
}

/**
 * Fills safe text up with spaces to `columns` columns; longer text is returned as it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(padEnd("漢", 4) + "|", "漢  |");
 * ```
 */
export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - displayWidth(text)));
}

/** Columns of a code point that is shown as it is. Where fonts differ the greater, so that no line is too long. */
function width(char: string): number {
  if (char === "\n" || (COMBINING.test(char) && char !== EMOJI_FORM)) return 0;
  return WIDE.test(char) ? 2 : 1;
}

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(char: string): string {
  const hex = char.codePointAt(0)!.toString(16);
  return SHORT[char] ?? (hex.length <= 2 ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`);
}

function trimEnd(line: Glyph[]): Glyph[] {
  const last = line.findLastIndex(({ text }) => text !== " ");
  return line.slice(0, last + 1);
}
