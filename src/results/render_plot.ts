/** @file Plots as SVG and PNG, the same bytes for the same spec. */
import { FONT_FAMILY, fontFiles, fontWidths } from "./font.ts";
import { PLOT_CONFIG, type VegaLiteSpec } from "./plot_theme.ts";

/** How an image is made. */
export interface PngOptions {
  /** Pixels of the PNG per pixel of the SVG. Default 3, which is 288 per inch, enough for print; screens need less. */
  readonly zoom?: number;
}

/**
 * Renders a plot as SVG text. Vega is loaded by the first call only: a command that plots nothing does not wait for it.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const svg = await renderSvg({ data: { values: [{ x: 1 }] }, mark: "point", encoding: { x: { field: "x" } } });
 * assertStringIncludes(svg, "<svg");
 * ```
 */
export async function renderSvg(spec: VegaLiteSpec): Promise<string> {
  const [vega, { compile }, width] = await Promise.all([
    import("vega"),
    import("vega-lite"),
    widths(),
  ]);
  // Without a canvas Vega guesses 0.8 em per letter, which spreads legends and margins; this is its hook for others.
  const { textMetrics } = vega as unknown as { textMetrics: TextMetrics };
  textMetrics.width = (item, text) => {
    const pixels = width(String(text), String(item.fontWeight ?? "")) * (item.fontSize ?? 11);
    // Text with a limit is asked for in full and takes no more than that: it is cut where it is drawn.
    return item.limit ? Math.min(pixels, item.limit) : pixels;
  };
  // Clip paths and gradients are numbered across all plots of a process.
  vega.resetSVGDefIds();
  const { spec: compiled } = compile(spec, { config: PLOT_CONFIG });
  const view = new vega.View(vega.parse(compiled), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/**
 * Renders SVG as PNG, with the plots' own font and no other.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const png = await renderPng('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>');
 * assertEquals([...png.subarray(1, 4)], [...new TextEncoder().encode("PNG")]);
 * ```
 */
export async function renderPng(
  svg: string,
  { zoom = 3 }: PngOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { Resvg } = await import("@resvg/resvg-js");
  const { regular, bold } = fontFiles();
  const resvg = new Resvg(svg, {
    fitTo: { mode: "zoom", value: zoom },
    font: { loadSystemFonts: false, fontFiles: [regular, bold], defaultFontFamily: FONT_FAMILY },
  });
  return new Uint8Array(resvg.render().asPng());
}

/** Vega's hook, which its declarations leave out. */
interface TextMetrics {
  width(
    item: { fontSize?: number; fontWeight?: string | number; limit?: number },
    text: string,
  ): number;
}

let loaded: Promise<(text: string, weight: string) => number> | undefined;

/** Measures text in ems; the fonts are read once. */
function widths(): Promise<(text: string, weight: string) => number> {
  return loaded ??= (async () => {
    const { regular, bold } = fontFiles();
    const [plain, heavy] = await Promise.all(
      [regular, bold].map(async (path) => fontWidths(await Deno.readFile(path))),
    );
    return (text, weight) => (/^bold|^[6-9]00/.test(weight) ? heavy : plain)!(text);
  })();
}
