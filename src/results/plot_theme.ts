/** @file How every plot looks: one column of a paper wide, legible in print, and for colour-blind readers. */
import type { Config, TopLevelSpec } from "vega-lite";
import { FONT_FAMILY } from "./font.ts";
import { displayWidth, wrapText } from "./glyphs.ts";

/** A plot as data: what Vega-Lite renders. */
export type VegaLiteSpec = TopLevelSpec;

/** The look of a plot as data. */
export type VegaLiteConfig = Config;

/** Width of a figure in pixels of 1/96 inch: one column of a two-column paper (3.4 in), where 10 px are 7.5 pt. */
export const COLUMN_WIDTH = 326;

/** Text, and marks that stand on a colour. */
export const INK = "#222222";
const GREY = "#6b6b6b";
const FAINT = "#e3e3e3";
const TEXT = 10;
const NOTE = 8.5;

/** Longer names are cut, with an ellipsis. */
const LABEL_LIMIT = 130;

/** Width of a letter of English prose in DejaVu Sans, in ems, from above. */
const LETTER = 0.54;

/**
 * Okabe & Ito's palette, which stays apart under the common kinds of colour blindness, without its yellow, which is
 * lost on white paper. Grey comes first: an experiment's first arm is its baseline.
 */
const PALETTE = [
  "#7f7f7f",
  "#e69f00",
  "#56b4e9",
  "#009e73",
  "#d55e00",
  "#0072b2",
  "#cc79a7",
  "#000000",
] as const;

/**
 * The arms' dashes: solid for the first eight, broken where the colours repeat.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(armDashes(["base", "srl"]), [[1, 0], [1, 0]]);
 * ```
 */
export function armDashes(arms: readonly string[]): number[][] {
  return arms.map((_, index) => index < PALETTE.length ? [1, 0] : [4, 2]);
}

/**
 * The arms' colours, by their place in the experiment, so that an arm looks the same in every figure. Beyond the
 * palette's eight colours they repeat.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(armColors(["base", "srl"]), ["#7f7f7f", "#e69f00"]);
 * ```
 */
export function armColors(arms: readonly string[]): string[] {
  return arms.map((_, index) => PALETTE[index % PALETTE.length]!);
}

/**
 * Pixels that the longest of some names takes on an axis, roughly.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(axisLabelWidth(["base", "srl → rlvr"]), 68);
 * ```
 */
export function axisLabelWidth(names: readonly string[]): number {
  const longest = Math.max(0, ...names.map(displayWidth));
  return Math.round(Math.min(LABEL_LIMIT, longest * 0.62 * TEXT)) + 6;
}

/**
 * Pixels that the longest of some panels' titles takes, roughly.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(titleWidth(["hard greedy", "hard avg@8"]), 77);
 * ```
 */
export function titleWidth(titles: readonly string[]): number {
  return Math.round(Math.max(0, ...titles.map(displayWidth)) * 0.7 * TEXT);
}

/** Room for a legend's line and the space after its label. */
const LEGEND_SYMBOL = 26;

/** Room for the axis that a legend above a panel begins beside. */
const LEGEND_START = 44;

/**
 * A legend above a plot, in as many columns as there is room for.
 *
 * @param names Entries, in order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(topLegend(["base", "srl"]), { values: ["base", "srl"], orient: "top", columns: 2 });
 * ```
 */
export function topLegend(names: readonly string[]): {
  readonly values: string[];
  readonly orient: "top";
  readonly columns: number;
} {
  const width = COLUMN_WIDTH - LEGEND_START;
  const entries = names.map((name) =>
    Math.min(LABEL_LIMIT, displayWidth(name) * LETTER * TEXT) + LEGEND_SYMBOL
  );
  const oneRow = entries.reduce((sum, entry) => sum + entry, 0) <= width;
  const columns = oneRow ? names.length : Math.max(1, Math.floor(width / Math.max(...entries)));
  return { values: [...names], orient: "top", columns };
}

/**
 * Small print under a plot, broken so that it does not widen the figure.
 *
 * @param width The figure's width in pixels.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(plotNote(["Line: mean over seeds."], 326).text, ["Line: mean over seeds."]);
 * ```
 */
export function plotNote(sentences: readonly string[], width: number): {
  readonly text: string[];
  readonly orient: "bottom";
  readonly anchor: "start";
  readonly frame: "bounds";
  readonly fontSize: number;
  readonly fontWeight: "normal";
  readonly color: string;
  readonly offset: number;
} {
  const letters = Math.floor(width / (LETTER * NOTE));
  const text = wrapText(sentences.filter((sentence) => sentence !== "").join(" "), letters);
  const style = { fontSize: NOTE, fontWeight: "normal", color: GREY, offset: 8 } as const;
  return { text, orient: "bottom", anchor: "start", frame: "bounds", ...style };
}

/** Vega-Lite's configuration for every plot. */
export const PLOT_CONFIG: VegaLiteConfig = {
  font: FONT_FAMILY,
  background: "white",
  padding: 4,
  view: { stroke: null },
  axis: {
    labelFontSize: TEXT,
    titleFontSize: TEXT,
    titleFontWeight: "normal",
    labelColor: INK,
    titleColor: INK,
    domainColor: GREY,
    tickColor: GREY,
    gridColor: FAINT,
    tickSize: 3,
    labelPadding: 3,
    labelFlush: false,
    titlePadding: 5,
    labelLimit: LABEL_LIMIT,
  },
  legend: {
    title: null,
    labelFontSize: TEXT,
    labelColor: INK,
    labelLimit: LABEL_LIMIT,
    symbolType: "stroke",
    symbolStrokeWidth: 2,
    symbolSize: 150,
    columnPadding: 10,
    rowPadding: 2,
    offset: 6,
  },
  title: {
    fontSize: TEXT,
    fontWeight: "bold",
    color: INK,
    anchor: "start",
    frame: "group",
    offset: 5,
  },
  concat: { spacing: 14 },
};
