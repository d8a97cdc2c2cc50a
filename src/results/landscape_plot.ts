/** @file The reward landscape as a plot. */
import { safeLine } from "./glyphs.ts";
import type { LandscapeTable } from "./landscape_table.ts";
import {
  armColors,
  axisLabelWidth,
  COLUMN_WIDTH,
  plotNote,
  titleWidth,
  type VegaLiteSpec,
} from "./plot_theme.ts";

/** Height of a corruption's row in pixels. */
const ROW = 12;

const SPACING = 14;

/** One and a half columns of a paper, so that the names of the corruptions leave two panels room. */
const WIDTH = COLUMN_WIDTH * 1.5;
const INK = "#222222";

/** Bounds of the axis of scores where all lie within. */
const UNIT: readonly [number, number] = [0, 1];

/**
 * One panel per reward, two in a row, corruptions as rows, on one axis of scores: a line from the 5 % to the 95 % quantile, a
 * bar between the quartiles, and a tick at the median. Names too long for half a row get panels of the whole width.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const spread = { mean: 0.5, low: 0, lower: 0.25, median: 0.5, upper: 0.75, high: 1 };
 * const spec = landscapePlot({
 *   source: "solutions.jsonl",
 *   steps: 20,
 *   of: 20,
 *   seed: 0,
 *   rewards: [{ name: "bleu", apart: null }],
 *   columns: [{ id: "half", head: "half", label: "first half", meaning: "its first half" }],
 *   cells: [{ reward: "bleu", corruption: "half", count: 20, failures: 0, spread }],
 *   failures: [],
 * });
 * assertEquals("vconcat" in spec, true);
 * ```
 */
export function landscapePlot(table: LandscapeTable): VegaLiteSpec {
  const { columns, rewards, cells, steps, source } = table;
  const labels = columns.map(({ label }) => label);
  const names = axisLabelWidth(labels);
  const half = (WIDTH - names - SPACING) / 2;
  const beside = rewards.length > 1 && titleWidth(rewards.map(({ name }) => name)) <= half;
  const perRow = beside ? 2 : 1;
  const width = beside ? half : WIDTH - names;
  const known = cells.flatMap(({ spread }) => spread === null ? [] : [spread]);
  const domain = [
    Math.min(UNIT[0], ...known.map(({ low }) => low)),
    Math.max(UNIT[1], ...known.map(({ high }) => high)),
  ];
  // The third colour is light, so that the median shows on it.
  const box = armColors(["", "", ""])[2]!;
  const panel = (reward: string, first: boolean, last: boolean) => {
    const values = cells.filter((cell) => cell.reward === reward).flatMap((cell) =>
      cell.spread === null
        ? []
        : [{ ...cell.spread, label: columns.find(({ id }) => id === cell.corruption)?.label }]
    );
    const x = {
      type: "quantitative" as const,
      scale: { domain, nice: false },
      axis: {
        title: last ? "score" : null,
        labels: last,
        tickCount: 4,
        format: "~g",
        domain: false,
      },
    };
    const y = {
      field: "label",
      type: "nominal" as const,
      sort: null,
      scale: { domain: labels, paddingInner: 0.3, paddingOuter: 0.2 },
      axis: { labels: first, ticks: false, title: null, domain: true },
    };
    return {
      title: { text: safeLine(reward), limit: width },
      width,
      height: ROW * labels.length,
      data: { values },
      encoding: { y },
      layer: [
        {
          mark: { type: "rule" as const, color: INK, strokeWidth: 0.8 },
          encoding: { x: { ...x, field: "low" }, x2: { field: "high" } },
        },
        {
          mark: { type: "bar" as const, color: box },
          encoding: { x: { ...x, field: "lower" }, x2: { field: "upper" } },
        },
        {
          mark: { type: "tick" as const, color: INK, opacity: 1, thickness: 2, size: ROW - 3 },
          encoding: { x: { ...x, field: "median" } },
        },
      ],
    };
  };
  const rows = Array.from(
    { length: Math.ceil(rewards.length / perRow) },
    (_, row) => rewards.slice(row * perRow, (row + 1) * perRow),
  );
  const note = `Scores of ${steps} steps of ${safeLine(source)}, corrupted. ` +
    "Tick: median; bar: quartiles; line: 5 % to 95 %.";
  return {
    title: plotNote([note], WIDTH),
    spacing: SPACING,
    vconcat: rows.map((row, at) => ({
      spacing: SPACING,
      bounds: "flush" as const,
      hconcat: row.map(({ name }, index) =>
        panel(name, index === 0, (at + 1) * perRow + index >= rewards.length)
      ),
    })),
  };
}
