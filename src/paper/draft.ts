/** @file What marks a draft: a word across figures that cannot be published, and boxes in the place of what is missing. */
import { FONT_FAMILY } from "../results/font.ts";
import { wrapText } from "../results/glyphs.ts";
import { COLUMN_WIDTH } from "../results/plot_theme.ts";

/** The word. */
export const DRAFT = "DRAFT";

/** Height of the box for what is missing. */
const BOX = 110;

/**
 * A figure with the word across it, as large as fits.
 *
 * @param svg With a width and a height in pixels, as `renderSvg` makes it.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40"></svg>';
 * assertStringIncludes(markDraft(svg), ">DRAFT</text></svg>");
 * ```
 */
export function markDraft(svg: string): string {
  const [width, height] = ["width", "height"].map((name) => {
    const found = new RegExp(`<svg[^>]*\\b${name}="([\\d.]+)`).exec(svg);
    if (found === null) throw new Error(`the figure has no ${name}`);
    return Number(found[1]);
  }) as [number, number];
  const angle = Math.atan2(height, width) * 180 / Math.PI;
  // A letter is some 0.8 em wide; the word takes four fifths of the diagonal, or of the height.
  const size = Math.min(0.8 * Math.hypot(width, height) / (DRAFT.length * 0.8), height * 0.6);
  const [x, y] = [width / 2, height / 2];
  const mark = `<text x="${x}" y="${y}" transform="rotate(${-angle.toFixed(2)} ${x} ${y})" ` +
    `text-anchor="middle" dominant-baseline="central" font-family="${FONT_FAMILY}" font-weight="bold" ` +
    `font-size="${size.toFixed(1)}px" fill="#c00000" fill-opacity="0.25">${DRAFT}</text>`;
  return svg.replace(/<\/svg>\s*$/, `${mark}</svg>`);
}

/**
 * A box a column wide that says what is missing and how to make it.
 *
 * @param lines Sentences.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * assertStringIncludes(placeholder(["results/main/: no results"]), "results/main/: no results");
 * ```
 */
export function placeholder(lines: readonly string[]): string {
  const text = lines.flatMap((line) => wrapText(line, 50));
  const rows = text.map((line, i) =>
    `<text x="10" y="${22 + 14 * i}" font-family="${FONT_FAMILY}" font-size="10px" fill="#c00000">${
      escaped(line)
    }</text>`
  );
  const height = Math.max(BOX, 30 + 14 * text.length);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${COLUMN_WIDTH}" height="${height}" ` +
    `viewBox="0 0 ${COLUMN_WIDTH} ${height}"><rect x="1" y="1" width="${
      COLUMN_WIDTH - 2
    }" height="${height - 2}" fill="#fff5f5" stroke="#c00000" stroke-dasharray="4 3"/>${
      rows.join("")
    }</svg>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;" };

function escaped(text: string): string {
  return text.replace(/[<>&]/g, (char) => ENTITIES[char]!);
}
