/** @file The comparison as bars with intervals. */
import { percent } from "./cell_text.ts";
import type { Column } from "./columns.ts";
import {
  armColors,
  axisLabelWidth,
  COLUMN_WIDTH,
  plotNote,
  titleWidth,
  type VegaLiteSpec,
} from "./plot_theme.ts";
import type { ResultTable } from "./table.ts";
import { intervalNote, taint } from "./table_caption.ts";

const SPACING = 14;

/** Height of an arm's row in pixels. */
const ROW = 17;

/** Panels stand below each other where they would be narrower than this beside each other. */
const NARROWEST = 95;

/** Share of a panel that is left free on the right, for the figure beside a bar that reaches its end. */
const FIGURE_ROOM = 0.32;

/** One arm of a panel, in percent. */
interface Bar {
  readonly arm: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly over: string;
  readonly text: string;
}

/**
 * One panel per column, arms as bars in the experiment's order, each with its interval and its value. With several
 * policy sizes these stand beside each other, on one scale, and the columns below each other. Long names put every panel
 * on a row of its own. Intervals are cut at 0
 * and 100; the table has them whole. Arms without a score in a column have an empty row there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const cell = { arm: "srl", size: "1m", benchmark: "hard", metric: "greedy", seeds: [0, 1, 2] } as const;
 * const score = { mean: 0.613, low: 0.571, high: 0.655, over: "seeds", problems: 100, samples: 1 } as const;
 * const spec = comparisonPlot({
 *   title: "quickstart",
 *   question: "Does SRL help?",
 *   arms: ["srl"],
 *   columns: [{ benchmark: "hard", metric: "greedy", k: 1, label: "hard greedy" }],
 *   sizes: ["1m"],
 *   cells: [{ ...cell, ...score, mark: null }],
 *   provenance: { dirty: false, commit: "0123abc" },
 * });
 * assertEquals("vconcat" in spec, true);
 * ```
 */
export function comparisonPlot(table: ResultTable): VegaLiteSpec {
  const { columns, sizes, provenance } = table;
  const several = sizes.length > 1;
  const panels = columns.flatMap((column) => sizes.map((size) => ({ column, size })));
  const title = (column: Column, size: string) =>
    several ? `${column.label}, ${size}` : column.label;
  const names = axisLabelWidth(table.arms);
  const half = (COLUMN_WIDTH - names - SPACING) / 2;
  const longest = titleWidth(panels.map(({ column, size }) => title(column, size)));
  const beside = panels.length > 1 && half >= Math.max(NARROWEST, longest);
  const perRow = !beside ? 1 : several ? sizes.length : 2;
  const width = beside ? half : COLUMN_WIDTH - names;
  const rows = Array.from(
    { length: Math.ceil(panels.length / perRow) },
    (_, row) => panels.slice(row * perRow, (row + 1) * perRow),
  );
  const note = plotNote([
    intervalNote(table.cells),
    taint(provenance) ?? "",
  ], COLUMN_WIDTH);
  return {
    title: note,
    spacing: SPACING,
    vconcat: rows.map((row, rowIndex) => ({
      spacing: SPACING,
      // By the panels' own edges, not by those of labels, so that panels stand exactly under each other.
      bounds: "flush",
      hconcat: row.map(({ column, size }, index) =>
        panel(table, column, size, {
          title: title(column, size),
          names: index === 0,
          width,
          unit: rowIndex === rows.length - 1 || (rowIndex + 1) * perRow + index >= panels.length,
        })
      ),
    })),
  };
}

type Panel = Extract<VegaLiteSpec, { vconcat: unknown }>["vconcat"][number];

/** What a panel shows besides its bars. */
interface PanelFrame {
  readonly title: string;
  readonly names: boolean;
  readonly width: number;
  readonly unit: boolean;
}

function panel(table: ResultTable, column: Column, size: string, frame: PanelFrame): Panel {
  const own = table.cells.filter((cell) =>
    cell.benchmark === column.benchmark && cell.metric === column.metric
  );
  const inRange = (fraction: number) => 100 * Math.min(1, Math.max(0, fraction));
  const top = Math.max(1, ...own.map(({ high }) => inRange(high)));
  const ticks = axisTicks(top);
  const bars: Bar[] = own.filter((cell) => cell.size === size).map((cell) => ({
    arm: cell.arm,
    mean: 100 * cell.mean,
    low: inRange(cell.low),
    high: inRange(cell.high),
    over: cell.over,
    text: percent(cell.mean),
  }));
  const y = {
    field: "arm",
    type: "nominal" as const,
    sort: null,
    scale: { domain: [...table.arms], paddingInner: 0.3, paddingOuter: 0.15 },
    axis: { labels: frame.names, ticks: false, title: null, domain: true },
  };
  const x = {
    type: "quantitative" as const,
    scale: { domain: [0, top / (1 - FIGURE_ROOM)], nice: false },
    axis: {
      values: ticks,
      domain: false,
      grid: false,
      title: frame.unit ? "problems solved (%)" : null,
    },
  };
  const color = {
    field: "arm",
    type: "nominal" as const,
    sort: null,
    scale: { domain: [...table.arms], range: armColors(table.arms) },
    legend: null,
  };
  return {
    title: { text: frame.title, limit: frame.width },
    width: frame.width,
    height: ROW * table.arms.length,
    data: { values: bars },
    encoding: { y },
    layer: [
      { mark: { type: "bar" }, encoding: { x: { ...x, field: "mean" }, color } },
      {
        mark: { type: "rule", color: "#222222", strokeWidth: 1.2 },
        encoding: {
          x: { ...x, field: "low" },
          x2: { field: "high" },
          strokeDash: {
            field: "over",
            type: "nominal",
            scale: {
              domain: ["seeds", "seeds and problems", "problems"],
              range: [[1, 0], [1, 0], [2, 1.5]],
            },
            legend: null,
          },
        },
      },
      {
        mark: { type: "text", align: "left", dx: 4, fontSize: 9, color: "#222222" },
        encoding: { x: { ...x, field: "high" }, text: { field: "text", type: "nominal" } },
      },
    ],
  };
}

/** Round figures from 0, the last at or below `top`: two to five of them. */
function axisTicks(top: number): number[] {
  const power = 10 ** Math.floor(Math.log10(top));
  const step = [0.2, 0.5, 1, 2, 2.5].map((s) => s * power).find((s) => top <= 4 * s)!;
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, i) => i * step);
}
