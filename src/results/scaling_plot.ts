/** @file Scores over policy sizes. */
import { InputError } from "../errors.ts";
import type { Column } from "./columns.ts";
import {
  armColors,
  armDashes,
  COLUMN_WIDTH,
  plotNote,
  topLegend,
  type VegaLiteSpec,
} from "./plot_theme.ts";
import { sizeInFigures } from "./sizes.ts";
import type { ResultTable } from "./table.ts";
import { intervalNote, taint } from "./table_caption.ts";

/** Room for the vertical axis. */
const AXIS = 48;
const HEIGHT = 120;

/** Arms stand this far apart at one size, in shares of a tenfold, so that their intervals do not hide each other. */
const DODGE = 0.025;

/**
 * One panel for each of the table's columns, policy sizes on a logarithmic axis, a line per arm with its intervals. Arms
 * are moved apart a little at each size, so that intervals can be told from each other.
 *
 * @throws {InputError} for a table with fewer than two sizes, or one whose name is no number of weights.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const cell = { arm: "srl", benchmark: "hard", metric: "greedy", seeds: [0, 1, 2] } as const;
 * const score = { mean: 0.613, low: 0.571, high: 0.655, over: "seeds", problems: 100, samples: 1 } as const;
 * const sizes = ["1m", "10m"];
 * const spec = scalingPlot({
 *   title: "sizes",
 *   question: "Does it scale?",
 *   arms: ["srl"],
 *   columns: [{ benchmark: "hard", metric: "greedy", k: 1, label: "hard greedy" }],
 *   sizes,
 *   cells: sizes.map((size) => ({ ...cell, ...score, size, mark: null })),
 *   provenance: { dirty: false, commit: "0123abc" },
 * });
 * assertEquals("vconcat" in spec, true);
 * ```
 */
export function scalingPlot(table: ResultTable): VegaLiteSpec {
  const { arms, sizes, columns, cells } = table;
  if (sizes.length < 2) throw new InputError("scaling plot: found one size, expected two at least");
  const wrong = sizes.find((size) => !Number.isFinite(sizeInFigures(size)));
  if (wrong !== undefined) {
    throw new InputError(`scaling plot: found size ${JSON.stringify(wrong)}, expected e.g. "1.5m"`);
  }
  const figures = sizes.map(sizeInFigures);
  const apart = 10 ** (DODGE * arms.length);
  const domain = [figures[0]! / apart ** 2, figures.at(-1)! * apart ** 2];
  const shown = arms.filter((arm) => cells.some((cell) => cell.arm === arm));
  const note = plotNote([intervalNote(cells, false), taint(table.provenance) ?? ""], COLUMN_WIDTH);
  const panel = (column: Column, last: boolean) => {
    const own = cells.filter((cell) =>
      cell.benchmark === column.benchmark && cell.metric === column.metric
    );
    const values = own.map((cell) => {
      const place = arms.indexOf(cell.arm) - (arms.length - 1) / 2;
      return {
        arm: cell.arm,
        weights: sizeInFigures(cell.size) * 10 ** (DODGE * place),
        mean: 100 * cell.mean,
        low: 100 * Math.max(0, cell.low),
        high: 100 * Math.min(1, cell.high),
      };
    });
    const x = {
      field: "weights",
      type: "quantitative" as const,
      scale: { type: "log" as const, domain, nice: false },
      axis: {
        title: last ? "weights of the policy" : null,
        values: figures,
        // The sizes by their own names.
        labelExpr: `${JSON.stringify(sizes)}[indexof(${JSON.stringify(figures)}, datum.value)]`,
        grid: false,
      },
    };
    const y = {
      type: "quantitative" as const,
      scale: { nice: 4, zero: true },
      axis: { title: "solved (%)", tickCount: 4, domain: false, ticks: false, minExtent: 30 },
    };
    const byArm = { field: "arm", type: "nominal" as const, sort: null, legend: topLegend(shown) };
    const stroke = { ...byArm, scale: { domain: [...arms], range: armColors(arms) } };
    const strokeDash = { ...byArm, scale: { domain: [...arms], range: armDashes(arms) } };
    return {
      title: column.label,
      width: COLUMN_WIDTH - AXIS,
      height: HEIGHT,
      data: { values },
      encoding: { x },
      layer: [
        {
          mark: { type: "rule" as const, strokeWidth: 1.2 },
          encoding: { y: { ...y, field: "low" }, y2: { field: "high" }, stroke },
        },
        {
          mark: { type: "line" as const, strokeWidth: 1.6 },
          encoding: { y: { ...y, field: "mean" }, stroke, strokeDash },
        },
        {
          mark: { type: "point" as const, size: 22, strokeWidth: 1.6, fill: "white", opacity: 1 },
          encoding: { y: { ...y, field: "mean" }, stroke },
        },
      ],
    };
  };
  return {
    title: note,
    spacing: 12,
    vconcat: columns.map((column, index) => panel(column, index === columns.length - 1)),
  };
}
