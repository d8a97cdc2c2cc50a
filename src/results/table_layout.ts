/** @file A table's rows and columns, before it is set as text, LaTeX, HTML or Typst. */
import { InputError } from "../errors.ts";
import { cellText, MISSING, percent } from "./cell_text.ts";
import type { Mark } from "./marks.ts";
import type { ResultTable, TableCell } from "./table.ts";

/** What a table can be spread over. */
export type Axis = "arm" | "size" | "benchmark" | "metric";

/** Rows that somebody else measured. */
export interface PublishedRows {
  /** Where they are from. */
  readonly source: string;
  /** The rows, in the published order. */
  readonly rows: readonly {
    /** The method. */
    readonly name: string;
    /** Percent, by the heading of the column, e.g. `amc23 avg@32`. */
    readonly scores: Readonly<Record<string, number>>;
    /** The average as printed, in percent; null where none is. */
    readonly average: number | null;
  }[];
}

/** How a table is laid out. */
export interface LayoutOptions {
  /** What the rows are. Default `["arm"]`. */
  readonly rows?: readonly Axis[];
  /** What the columns are. Default `["benchmark", "metric"]`. What is neither makes a block for each of its values. */
  readonly columns?: readonly Axis[];
  /** Whether a last column has the mean of the row's columns. Default false. */
  readonly average?: boolean;
  /** Rows to stand below the measured ones, marked †. Default none. */
  readonly published?: PublishedRows;
}

/** One cell, ready to be set. */
export interface LayoutCell {
  /** What it says. */
  readonly text: string;
  /** The same, padded so that the figures of a column stand under each other. */
  readonly aligned: string;
  /** What stands out. */
  readonly mark: Mark;
}

/** One row. */
export interface LayoutRow {
  /** Its name. */
  readonly name: string;
  /** Whether somebody else measured it. */
  readonly published: boolean;
  /** As many as there are columns. */
  readonly cells: readonly LayoutCell[];
}

/** Rows under one set of headings. */
export interface LayoutBlock {
  /** What the rows share; empty where there is one block. */
  readonly title: string;
  /** The rows, published ones last. */
  readonly rows: readonly LayoutRow[];
}

/** A table, laid out. */
export interface TableLayout {
  /** What the rows are called, e.g. `arm`. */
  readonly corner: string;
  /** Headings. */
  readonly columns: readonly string[];
  /** The blocks. */
  readonly blocks: readonly LayoutBlock[];
  /** What must be said of the layout, a sentence each. */
  readonly notes: readonly string[];
}

const AXES: readonly Axis[] = ["arm", "size", "benchmark", "metric"];

/** Marks a figure as somebody else's. */
const DAGGER = "†";

/** Averages further apart than rounding of their parts explains. */
const DEVIATING = 0.1;

/**
 * Spreads a table over rows, columns and blocks. Values keep their order in the table; a row, column or block in which
 * nothing was measured is left out where it is not one of the table's arms or columns.
 *
 * @throws {InputError} for an axis used twice or a name that is none; for an average or published rows with other columns
 * than benchmark and metric, or published rows where rows are not arms.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const cell = { arm: "srl", benchmark: "hard", metric: "greedy", seeds: [0, 1, 2] } as const;
 * const score = { mean: 0.613, low: 0.571, high: 0.655, over: "seeds", problems: 100, samples: 1 } as const;
 * const layout = layoutTable({
 *   title: "sizes",
 *   question: "Does it scale?",
 *   arms: ["srl"],
 *   columns: [{ benchmark: "hard", metric: "greedy", k: 1, label: "hard greedy" }],
 *   sizes: ["1m", "10m"],
 *   cells: ["1m", "10m"].map((size) => ({ ...cell, ...score, size, mark: null })),
 *   provenance: { dirty: false, commit: "0123abc" },
 * }, { rows: ["benchmark", "metric"], columns: ["size"] });
 * assertEquals(layout.columns, ["1m", "10m"]);
 * assertEquals(layout.blocks[0]?.rows.map(({ name }) => name), ["hard greedy"]);
 * ```
 */
export function layoutTable(table: ResultTable, options: LayoutOptions = {}): TableLayout {
  const { rows = ["arm"], columns = ["benchmark", "metric"], average = false, published } = options;
  const rest = AXES.filter((axis) => !rows.includes(axis) && !columns.includes(axis));
  checkAxes(rows, columns);
  if (average || published !== undefined) checkColumns(rows, columns, published !== undefined);
  const [rowValues, columnValues, blockValues] = [rows, columns, rest].map((axes) =>
    valuesOf(table, axes)
  ) as [Value[], Value[], Value[]];
  const shown = (values: Value[], axes: readonly Axis[]) =>
    isWhole(axes)
      ? values
      : values.filter((value) => table.cells.some((cell) => fits(cell, value)));
  const kept = shown(columnValues, columns);
  const blocks = shown(blockValues, rest).map((block): LayoutBlock => {
    const measured = shown(rowValues, rows).map((row): LayoutRow => {
      const cells = kept.map((column) =>
        table.cells.find((cell) => fits(cell, row) && fits(cell, column) && fits(cell, block))
      );
      return {
        name: row.name,
        published: false,
        cells: [...cells.map(measuredCell), ...(average ? [averageCell(cells)] : [])],
      };
    });
    const others = published?.rows.map(({ name, scores, average: printed }): LayoutRow => {
      const figures = kept.map(({ name }) => scores[name]);
      return {
        name,
        published: true,
        cells: [
          ...figures.map((figure) => plainCell(figure === undefined ? null : figure.toFixed(1))),
          ...(average ? [plainCell(publishedAverage(figures, printed, scores))] : []),
        ],
      };
    }) ?? [];
    return { title: block.name, rows: [...measured, ...others] };
  });
  return {
    corner: rows.join(", "),
    columns: [...kept.map(({ name }) => name), ...(average ? ["average"] : [])],
    blocks,
    notes: notesOf(options, blocks),
  };
}

/** One value of one or several axes: what a cell must have to stand there. */
interface Value {
  readonly name: string;
  readonly where: Readonly<Partial<Record<Axis, string>>>;
}

function fits(cell: TableCell, { where }: Value): boolean {
  return Object.entries(where).every(([axis, value]) => cell[axis as Axis] === value);
}

/** Whether a table's declaration says what there is, so that a missing measurement must be seen. */
function isWhole(axes: readonly Axis[]): boolean {
  const columns = axes.includes("benchmark") === axes.includes("metric");
  return axes.every((axis) => axis !== "size") && columns;
}

/** The values of some axes together, in the table's order. */
function valuesOf(table: ResultTable, axes: readonly Axis[]): Value[] {
  let values: Value[] = [{ name: "", where: {} }];
  const add = (more: readonly Value[]) => {
    values = values.flatMap((value) =>
      more.map(({ name, where }) => ({
        name: value.name === "" ? name : `${value.name}, ${name}`,
        where: { ...value.where, ...where },
      }))
    );
  };
  const both = axes.includes("benchmark") && axes.includes("metric");
  for (const axis of axes) {
    if (axis === "arm") add(table.arms.map((arm) => ({ name: arm, where: { arm } })));
    // One size needs no name, unless the table is about sizes.
    else if (axis === "size") {
      const alone = table.sizes.length === 1 && axes.length === 1 ? [""] : table.sizes;
      add(table.sizes.map((size, i) => ({ name: alone[i]!, where: { size } })));
    } else if (both) {
      if (axis === axes.find((one) => one === "benchmark" || one === "metric")) {
        add(table.columns.map(({ label, benchmark, metric }) => (
          { name: label, where: { benchmark, metric } }
        )));
      }
    } else {
      const own = [...new Set(table.columns.map((column) => column[axis]))];
      add(own.map((name) => ({ name, where: { [axis]: name } })));
    }
  }
  return values;
}

function measuredCell(cell: TableCell | undefined): LayoutCell {
  return { text: cellText(cell), aligned: cellText(cell, true), mark: cell?.mark ?? null };
}

function plainCell(figure: string | null): LayoutCell {
  const text = figure === null ? MISSING : `${figure}${DAGGER}`;
  return { text, aligned: figure === null ? MISSING.padStart(5) : pad(text), mark: null };
}

/** The mean of a row's cells, where it has all of them. */
function averageCell(cells: readonly (TableCell | undefined)[]): LayoutCell {
  const means = cells.flatMap((cell) => cell === undefined ? [] : [cell.mean]);
  const whole = means.length === cells.length && means.length > 0;
  const text = whole ? percent(means.reduce((a, b) => a + b, 0) / means.length) : MISSING;
  return { text, aligned: text.padStart(5), mark: null };
}

/** As printed, and as the printed columns average where that is something else. */
function publishedAverage(
  figures: readonly (number | undefined)[],
  printed: number | null,
  scores: Readonly<Record<string, number>>,
): string | null {
  // An average over other columns than those shown would not be that of the row.
  if (figures.includes(undefined) || figures.length !== Object.keys(scores).length) return null;
  const mean = (figures as number[]).reduce((a, b) => a + b, 0) / figures.length;
  if (printed === null) return mean.toFixed(1);
  const same = Math.abs(mean - printed) < DEVIATING;
  return same ? printed.toFixed(1) : `${printed.toFixed(1)} (${mean.toFixed(1)})`;
}

function pad(text: string): string {
  const point = text.indexOf(".");
  return " ".repeat(Math.max(0, 3 - point)) + text;
}

function notesOf({ average, published }: LayoutOptions, blocks: readonly LayoutBlock[]): string[] {
  const deviating = blocks.flatMap(({ rows }) => rows)
    .some((row) => row.published && row.cells.at(-1)!.text.includes("("));
  return [
    ...(average ? ["Average: the mean of the row's columns, without interval or test."] : []),
    ...(published === undefined ? [] : [
      `${DAGGER}: as published (${published.source}), not measured here, and part of no interval, test or ` +
      "average of measured scores.",
    ]),
    ...(deviating ? ["In parentheses: what the published columns average."] : []),
  ];
}

function checkAxes(rows: readonly Axis[], columns: readonly Axis[]): void {
  const all = [...rows, ...columns];
  const wrong = all.find((axis) => !AXES.includes(axis));
  if (wrong !== undefined) {
    throw new InputError(`table: found axis ${JSON.stringify(wrong)}, expected ${AXES.join(", ")}`);
  }
  const twice = all.find((axis, i) => all.indexOf(axis) !== i);
  if (twice !== undefined) throw new InputError(`table: found axis "${twice}" twice`);
  if (rows.length === 0 || columns.length === 0) {
    throw new InputError("table: rows and columns need an axis each");
  }
}

function checkColumns(rows: readonly Axis[], columns: readonly Axis[], published: boolean): void {
  const whole = columns.length === 2 && columns.includes("benchmark") && columns.includes("metric");
  if (!whole) {
    throw new InputError("table: average and published need the columns benchmark and metric");
  }
  if (published && (rows.length !== 1 || rows[0] !== "arm")) {
    throw new InputError("table: published rows need arms as rows");
  }
}
