/** @file An ablation over two factors as a heat map, e.g. granularity × reward. */
import { InputError } from "../errors.ts";
import { nearest } from "../experiment/nearest.ts";
import { percent } from "./cell_text.ts";
import { axisLabelWidth, COLUMN_WIDTH, INK, plotNote, type VegaLiteSpec } from "./plot_theme.ts";
import type { ResultTable } from "./table.ts";
import { intervalNote, taint } from "./table_caption.ts";

/** What a heat map shows of a table. */
export interface HeatMapOptions {
  /** Heading of the table's column that is shown, e.g. `hard avg@8`. */
  readonly column: string;
  /** Policy size. Default: the first. */
  readonly size?: string;
  /** What the rows and the columns are called, e.g. `["granularity", "reward"]`. */
  readonly factors: readonly [row: string, column: string];
  /** Where each arm stands; arms that are not named are left out. */
  readonly places: Readonly<Record<string, readonly [row: string, column: string]>>;
}

/** Height of a row in pixels: two lines of text. */
const ROW = 34;

/** Room for the title of the vertical axis. */
const AXIS_TITLE = 24;

/** In narrower columns an interval's ends are written without decimals. */
const NARROW = 66;

/** From almost white to the darkest on which white text is read. */
const SHADES = ["#f2f7fc", "#08519c"];

/** From this share of the range on, text is white. */
const DARK = 0.55;

/**
 * Arms placed by two factors, the mean in each cell by shade and in figures, its interval below. Rows and columns are in the
 * order in which arms are declared; a combination that was not run is empty.
 *
 * @throws {InputError} for a column, a size or an arm that the table lacks, and for two arms in one place.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const cell = { arm: "step-ratio", size: "1m", benchmark: "hard", metric: "greedy", seeds: [0, 1, 2] } as const;
 * const score = { mean: 0.613, low: 0.571, high: 0.655, over: "seeds", problems: 100, samples: 1 } as const;
 * const spec = heatMapPlot({
 *   title: "ablation",
 *   question: "What matters?",
 *   arms: ["step-ratio"],
 *   columns: [{ benchmark: "hard", metric: "greedy", k: 1, label: "hard greedy" }],
 *   sizes: ["1m"],
 *   cells: [{ ...cell, ...score, mark: null }],
 *   provenance: { dirty: false, commit: "0123abc" },
 * }, {
 *   column: "hard greedy",
 *   factors: ["granularity", "reward"],
 *   places: { "step-ratio": ["step", "ratio"] },
 * });
 * assertEquals("layer" in spec, true);
 * ```
 */
export function heatMapPlot(table: ResultTable, options: HeatMapOptions): VegaLiteSpec {
  const { factors, places } = options;
  const column = found("column", options.column, table.columns, ({ label }) => label);
  const size = found("size", options.size ?? table.sizes[0] ?? "", table.sizes, (name) => name);
  for (const arm of Object.keys(places)) found("arm", arm, table.arms, (name) => name);
  const arms = table.arms.filter((arm) => Object.hasOwn(places, arm));
  const placed = new Map<string, string>();
  for (const arm of arms) {
    const place = JSON.stringify(places[arm]);
    const other = placed.get(place);
    if (other !== undefined) {
      throw new InputError(`heat map: found arms "${other}" and "${arm}" both at ${place}`);
    }
    placed.set(place, arm);
  }
  const rows = [...new Set(arms.map((arm) => places[arm]![0]))];
  const columns = [...new Set(arms.map((arm) => places[arm]![1]))];
  const cells = table.cells.filter((cell) =>
    arms.includes(cell.arm) && cell.size === size && cell.benchmark === column.benchmark &&
    cell.metric === column.metric
  );
  const [low, high] = [
    100 * Math.min(...cells.map(({ mean }) => mean)),
    100 * Math.max(...cells.map(({ mean }) => mean)),
  ];
  const names = axisLabelWidth(rows);
  const width = COLUMN_WIDTH - names - AXIS_TITLE;
  const narrow = width / columns.length < NARROW;
  const end = (fraction: number) => narrow ? (100 * fraction).toFixed(0) : percent(fraction);
  const values = cells.map((cell) => {
    const share = high > low ? (100 * cell.mean - low) / (high - low) : 0;
    return {
      row: places[cell.arm]![0],
      column: places[cell.arm]![1],
      mean: 100 * cell.mean,
      figure: percent(cell.mean),
      interval: `${end(cell.low)} to ${end(cell.high)}`,
      ink: share > DARK ? "#ffffff" : INK,
    };
  });
  const axis = { domain: false, ticks: false, labelAngle: 0 };
  const ink = { field: "ink", type: "nominal" as const, scale: null };
  const note = plotNote([
    `Problems solved (%): ${column.label}${table.sizes.length > 1 ? `, ${size}` : ""}.`,
    intervalNote(cells, false),
    taint(table.provenance) ?? "",
  ], COLUMN_WIDTH);
  return {
    title: note,
    width,
    height: ROW * rows.length,
    data: { values },
    encoding: {
      y: {
        field: "row",
        type: "nominal",
        sort: null,
        scale: { domain: rows },
        axis: { ...axis, title: factors[0] },
      },
      x: {
        field: "column",
        type: "nominal",
        sort: null,
        scale: { domain: columns },
        axis: {
          ...axis,
          title: factors[1],
          // A word a line: names beside each other do not run into each other.
          labelExpr: "split(datum.label, ' ')",
          labelLimit: width / columns.length,
          ...(narrow ? { labelFontSize: 8 } : {}),
        },
      },
    },
    layer: [
      {
        mark: { type: "rect", stroke: "white", strokeWidth: 1.5 },
        encoding: {
          // Not `color`, which the figures' own colours would share a scale with.
          fill: {
            field: "mean",
            type: "quantitative",
            scale: { domain: [low, high], range: SHADES },
            legend: null,
          },
        },
      },
      {
        mark: { type: "text", dy: -6, fontSize: 10, fontWeight: "bold" },
        encoding: { text: { field: "figure", type: "nominal" }, color: ink },
      },
      {
        mark: { type: "text", dy: 7, fontSize: 8 },
        encoding: { text: { field: "interval", type: "nominal" }, color: ink },
      },
    ],
  };
}

/** One of the table's names, or an error with the nearest. */
function found<T>(what: string, name: string, all: readonly T[], of: (item: T) => string): T {
  const item = all.find((one) => of(one) === name);
  if (item !== undefined) return item;
  const near = nearest(name, all.map(of));
  const advice = near === undefined
    ? `expected one of ${all.map(of).join(", ")}`
    : `did you mean "${near}"?`;
  throw new InputError(`heat map: ${what}: found ${JSON.stringify(name)}, ${advice}`);
}
