/** @file Thinking and acting along solutions. */
import { InputError } from "../errors.ts";
import { safeLine } from "./glyphs.ts";
import { solutionPieces } from "./interleaving.ts";
import {
  armColors,
  axisLabelWidth,
  COLUMN_WIDTH,
  plotNote,
  topLegend,
  type VegaLiteSpec,
} from "./plot_theme.ts";

/** One solution. */
export interface InterleavedSolution {
  /** What its row is called, e.g. arm and problem. */
  readonly name: string;
  /** The whole text, steps one after the other. */
  readonly text: string;
}

const ROW = 16;

/** More rows than this do not fit a page's column. */
const MOST = 40;

const KINDS = ["think", "action"] as const;

/**
 * A solution a row, from its beginning to its end: dark where it acts, light where it thinks. Solutions are all as wide,
 * whatever their length, since what is looked at is where in a solution thinking happens.
 *
 * @param options.note What the small print ends with.
 * @throws {InputError} without solutions, with more than 40, and for two of one name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const spec = interleavingPlot([{ name: "srl, p1", text: "<think>add</think>1+1=2" }]);
 * assertEquals("mark" in spec, true);
 * ```
 */
export function interleavingPlot(
  solutions: readonly InterleavedSolution[],
  options: { readonly note?: string } = {},
): VegaLiteSpec {
  if (solutions.length === 0 || solutions.length > MOST) {
    throw new InputError(
      `interleaving plot: found ${solutions.length} solutions, expected 1 to ${MOST}`,
    );
  }
  const names = solutions.map(({ name }) => safeLine(name));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new InputError(`interleaving plot: found ${JSON.stringify(twice)} twice`);
  }
  const values = solutions.flatMap(({ text }, index) =>
    solutionPieces(text).map(({ kind, from, to }) => ({
      name: names[index]!,
      kind,
      from: 100 * from / text.length,
      to: 100 * to / text.length,
    }))
  );
  const colors = armColors(["", "", "", "", "", ""]);
  const note = plotNote([
    "Share of a solution's characters; gaps are the tags.",
    options.note ?? "",
  ], COLUMN_WIDTH);
  return {
    title: note,
    width: COLUMN_WIDTH - axisLabelWidth(names),
    height: ROW * names.length,
    data: { values },
    mark: { type: "bar" },
    encoding: {
      y: {
        field: "name",
        type: "nominal",
        sort: null,
        scale: { domain: names, paddingInner: 0.3, paddingOuter: 0.15 },
        axis: { ticks: false, title: null, domain: false },
      },
      x: {
        field: "from",
        type: "quantitative",
        scale: { domain: [0, 100], nice: false },
        axis: { title: "position in the solution (%)", tickCount: 5, grid: false },
      },
      x2: { field: "to" },
      color: {
        field: "kind",
        type: "nominal",
        sort: null,
        scale: { domain: [...KINDS], range: [colors[2]!, colors[5]!] },
        legend: { ...topLegend(KINDS), symbolType: "square" },
      },
    },
  };
}
