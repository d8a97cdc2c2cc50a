/** @file The font of the plots: where its files are, and how wide its glyphs are. */
import about from "dejavu-fonts-ttf/package.json" with { type: "json" };
import { createRequire } from "node:module";

/** The family that specs, SVG and PNG name. */
export const FONT_FAMILY = "DejaVu Sans";

/**
 * Paths of the regular and the bold font file. That the package's manifest is imported makes Deno download the package.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals((await Deno.stat(fontFiles().regular)).isFile, true);
 * ```
 */
export function fontFiles(): { regular: string; bold: string } {
  return { regular: fontFile("DejaVuSans"), bold: fontFile("DejaVuSans-Bold") };
}

function fontFile(name: string): string {
  return createRequire(import.meta.url).resolve(`${about.name}/ttf/${name}.ttf`);
}

/**
 * Paths of the fonts that documents are set in beside those of plots: a serif, its bold and italic, a fixed-width font, and one
 * with mathematics.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals((await Deno.stat(documentFonts()[0]!)).isFile, true);
 * ```
 */
export function documentFonts(): string[] {
  const names = [
    "SerifCondensed",
    "SerifCondensed-Bold",
    "SerifCondensed-Italic",
    "SansMono",
    "MathTeXGyre",
  ];
  return names.map((name) => fontFile(`DejaVu${name}`));
}

/**
 * Reads a TrueType font's advance widths: the `hmtx` table through a format 4 `cmap`, which covers the Basic
 * Multilingual Plane. Kerning is left out.
 *
 * @returns Width of a text in ems.
 * @throws {Error} for a file without these tables.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const width = fontWidths(await Deno.readFile(fontFiles().regular));
 * assertAlmostEquals(width("srl → 8"), 3.3198, 1e-4);
 * ```
 */
export function fontWidths(file: Uint8Array): (text: string) => number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tables = new Map<string, number>();
  for (let i = 0; i < view.getUint16(4); i++) {
    const entry = 12 + 16 * i;
    tables.set(String.fromCharCode(...file.subarray(entry, entry + 4)), view.getUint32(entry + 8));
  }
  const table = (tag: string): number => {
    const offset = tables.get(tag);
    if (offset === undefined) throw new Error(`the font has no ${tag} table`);
    return offset;
  };
  const unitsPerEm = view.getUint16(table("head") + 18);
  const metrics = view.getUint16(table("hhea") + 34);
  const glyph = glyphIndex(view, table("cmap"));
  const hmtx = table("hmtx");
  // Glyphs after the last metric share its width.
  const advance = (char: string) =>
    view.getUint16(hmtx + 4 * Math.min(glyph(char.codePointAt(0)!), metrics - 1)) / unitsPerEm;
  return (text) => Array.from(text, advance).reduce((sum, width) => sum + width, 0);
}

/** Code point to glyph; 0, the missing glyph, for those that the font lacks. */
function glyphIndex(view: DataView, cmap: number): (code: number) => number {
  const offsets = Array.from(
    { length: view.getUint16(cmap + 2) },
    (_, i) => cmap + view.getUint32(cmap + 4 + 8 * i + 4),
  );
  const at = offsets.find((offset) => view.getUint16(offset) === 4);
  if (at === undefined) throw new Error("the font has no cmap of format 4");
  const twice = view.getUint16(at + 6);
  const ends = at + 14;
  const starts = ends + twice + 2;
  const deltas = starts + twice;
  const ranges = deltas + twice;
  return (code) => {
    for (let i = 0; i < twice; i += 2) {
      if (code > view.getUint16(ends + i)) continue;
      const start = view.getUint16(starts + i);
      if (code < start) return 0;
      const delta = view.getUint16(deltas + i);
      const range = view.getUint16(ranges + i);
      if (range === 0) return (code + delta) & 0xffff;
      // A range's offset counts from where the range itself is stored.
      const index = view.getUint16(ranges + i + range + 2 * (code - start));
      return index === 0 ? 0 : (index + delta) & 0xffff;
    }
    return 0;
  };
}
