/** @file Rows of text as a table that fits a terminal. */
import { displayWidth, padEnd, safeLine, toGlyphs } from "../results/glyphs.ts";

/** Columns of a terminal that no line exceeds. */
export const WIDTH = 100;

/** A column that is cut keeps at least this much, or what it has. */
const LEAST = 8;

/**
 * Rows as lines of aligned columns, indented by two, of at most {@link WIDTH} columns of a terminal: where they are too wide, the widest
 * columns are cut first, in the middle of their texts. Text of any kind is made safe to show.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(alignColumns([["arm", "seed"], ["srl → rlvr", "1"]]), [
 *   "  arm         seed",
 *   "  srl → rlvr  1",
 * ]);
 * ```
 */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const shown = rows.map((row) => row.map(safeLine));
  const widths = Array.from(
    { length: Math.max(0, ...shown.map((row) => row.length)) },
    (_, i) => Math.max(...shown.map((row) => displayWidth(row[i] ?? ""))),
  );
  const total = () => widths.reduce((sum, width) => sum + width + 2, 0);
  while (total() > WIDTH && Math.max(...widths) > LEAST) {
    widths[widths.indexOf(Math.max(...widths))]!--;
  }
  return shown.map((row) =>
    `  ${row.map((text, i) => padEnd(squeeze(text, widths[i]!), widths[i]!)).join("  ")}`.trimEnd()
  );
}

/**
 * Text on one line, safe to show, of at most so many columns.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(cut("similarity", 5), "simi…");
 * ```
 */
export function cut(text: string, columns: number): string {
  const line = safeLine(text);
  if (displayWidth(line) <= columns) return line;
  let width = 0;
  const kept = toGlyphs(line).filter((glyph) => (width += glyph.width) < columns);
  return `${kept.map(({ text }) => text).join("")}…`;
}

/** Safe text of at most so many columns: its middle is left out, because names differ at either end. */
function squeeze(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const glyphs = toGlyphs(text);
  const tail: string[] = [];
  let width = 0;
  for (const glyph of glyphs.toReversed()) {
    if ((width += glyph.width) > Math.floor((columns - 1) / 2)) break;
    tail.unshift(glyph.text);
  }
  const end = tail.join("");
  return cut(text, columns - displayWidth(end)) + end;
}
