/** @file What a rendered plot shows. */
import { assert } from "@std/assert";
import type { VegaLiteSpec } from "../../src/results/plot_theme.ts";
import { renderSvg } from "../../src/results/render_plot.ts";

/** A column of a paper and a little: wider figures would be scaled down until their text is too small. */
const WIDEST = 350;

/** The texts that a plot draws, after a look at its width. */
export async function drawnTexts(spec: VegaLiteSpec): Promise<string[]> {
  const svg = await renderSvg(spec);
  const width = Number(/<svg[^>]* width="([\d.]+)"/.exec(svg)?.[1]);
  assert(width > 0 && width <= WIDEST, `${width} px wide`);
  return [...svg.matchAll(/>([^<>]+)<\/(?:text|tspan)>/g)].map(([, text]) => text!);
}
