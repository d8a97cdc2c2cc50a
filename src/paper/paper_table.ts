/** @file The tables of a paper: laid out once, and set as Markdown, CSV, LaTeX and Typst. */
import { InputError } from "../errors.ts";
import { advice } from "./advice.ts";
import { percent } from "../results/cell_text.ts";
import { csvField } from "../results/csv_field.ts";
import { latexTable } from "../results/render_latex.ts";
import { markdownTable } from "../results/render_markdown.ts";
import { typstTable } from "../results/render_typst.ts";
import type { ResultTable } from "../results/table.ts";
import { tableCaption } from "../results/table_caption.ts";
import {
  type LayoutBlock,
  type LayoutCell,
  type LayoutOptions,
  layoutTable,
  type PublishedRows,
  type TableLayout,
} from "../results/table_layout.ts";
import { FAMILY_ALPHA, isLength, type TestedPair } from "./comparisons.ts";

/** A table of a paper. */
export interface LaidOutTable {
  /** Rows and columns. */
  readonly layout: TableLayout;
  /** What its caption has to say beside what the paper declares, a sentence each. */
  readonly sentences: readonly string[];
}

/** The file endings of {@link renderTable}. */
export type TableFormat = "md" | "csv" | "tex" | "typ";

/** What is said around a table. */
export interface TableFrame {
  /** Its name. */
  readonly name: string;
  /** The whole caption, a sentence each. */
  readonly caption: readonly string[];
  /** Whether it spans both columns of a page. */
  readonly wide: boolean;
}

/**
 * A table in every format, by file ending. CSV is the table as shown, a line per row, without the caption.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const cell = { text: "61.3", aligned: "61.3", mark: "best" } as const;
 * const rows = [{ name: "srl", published: false, cells: [cell] }];
 * const layout = { corner: "arm", columns: ["hard"], blocks: [{ title: "", rows }], notes: [] };
 * const frame = { name: "main", caption: ["Scores."], wide: false };
 * assertEquals(renderTable({ layout, sentences: [] }, frame).csv, "arm,hard\nsrl,61.3\n");
 * ```
 */
export function renderTable(
  { layout }: LaidOutTable,
  { name, caption, wide }: TableFrame,
): Record<TableFormat, string> {
  return {
    md: markdownTable(layout, { title: name, lead: "", caption }),
    csv: csvTable(layout),
    tex: latexTable(layout, caption, { label: `tab:${name}`, wide }),
    typ: typstTable(layout, caption, `tab-${name}`),
  };
}

function csvTable({ corner, columns, blocks }: TableLayout): string {
  const titled = blocks.some(({ title }) => title !== "");
  const line = (cells: readonly string[]) => cells.map(csvField).join(",");
  const rows = blocks.flatMap(({ title, rows }) =>
    rows.map(({ name, cells }) =>
      line([...titled ? [title] : [], name, ...cells.map(({ text }) => text)])
    )
  );
  return [line([...titled ? ["block"] : [], corner, ...columns]), ...rows].join("\n") + "\n";
}

/**
 * An experiment's scores, as its own table shows them.
 *
 * @throws {InputError} as `layoutTable` does.
 */
export function scoreTable(table: ResultTable, options: LayoutOptions = {}): LaidOutTable {
  const layout = layoutTable(table, options);
  return { layout, sentences: [...tableCaption(table, true), ...layout.notes] };
}

/**
 * Tables of several experiments below each other, a block each. Marks are of each experiment's own tests.
 *
 * @param parts Their titles and tables; columns are the first one's.
 */
export function stackTables(
  parts: readonly (readonly [title: string, table: ResultTable])[],
): LaidOutTable {
  const laid = parts.map(([title, table]) => ({ title, table, layout: layoutTable(table) }));
  const first = laid[0]!.layout;
  const blocks = laid.flatMap(({ title, layout }) =>
    layout.blocks.map((block) => ({
      ...block,
      title: [title, block.title].filter((text) => text !== "").join(", "),
    }))
  );
  // A sentence is said once, with the blocks that it is about where it is not about all; how many tests each had is left out.
  const said = Map.groupBy(
    laid.flatMap(({ title, table }) =>
      tableCaption(table, true).map((text) => ({ title, text: text.replace(/ \d+ tests?,/, "") }))
    ),
    ({ text }) => text,
  );
  const sentences = [...said].map(([text, about]) => {
    if (about.length === laid.length) return text;
    return `${about.map(({ title }) => title).join(", ")}: ${text}`;
  });
  return { layout: { ...first, blocks }, sentences };
}

/**
 * A row for each paired test: difference with its interval, p after Holm's correction, problems won, lost and equal, and
 * Cohen's h. A family's differences that remain are bold.
 *
 * @param families Tests by the title of their block.
 */
export function comparisonTable(
  families: readonly (readonly [title: string, tests: readonly TestedPair[]])[],
): LaidOutTable {
  const blocks = families.map(([title, tests]): LayoutBlock => {
    const sizes = new Set(tests.map(({ size }) => size));
    return {
      title,
      rows: tests.map((test) => ({
        name: `${test.first} − ${test.second}${sizes.size > 1 ? `, ${test.size}` : ""}`,
        published: false,
        cells: [
          cell(test.column),
          cell(
            `${difference(test)} [${figure(test, test.low)}, ${figure(test, test.high)}]`,
            test.adjusted < FAMILY_ALPHA,
          ),
          cell(pValue(test.adjusted)),
          cell(`${test.wins}/${test.losses}/${test.ties}`),
          cell(isLength(test.column) ? "–" : signed(test.h.toFixed(2))),
        ],
      })),
    };
  });
  return {
    layout: {
      corner: "pair",
      columns: ["measure", "difference", "p (Holm)", "won/lost/equal", "h"],
      blocks,
      notes: [],
    },
    sentences: [
      "Difference: first minus second arm in percentage points (characters for thoughts), with the 95 % interval of a paired " +
      "hierarchical bootstrap over seeds and problems.",
      "p: the larger of bootstrap and paired permutation test, corrected by Holm over the block's family.",
      `Bold: p < ${FAMILY_ALPHA}.`,
      "Won, lost, equal: problems, all seeds taken together. h: Cohen's effect size of two shares.",
    ],
  };
}

/**
 * Measured scores beside published ones of the same methods. The two are of other problems and policies: they share a row, and
 * nothing is computed from both.
 *
 * @param column Heading of the measured column.
 * @param methods Rows: arm, and the published row's name; null where it has none.
 * @throws {InputError} for a published row that does not exist.
 */
export function besidePublished(
  table: ResultTable,
  column: string,
  published: PublishedRows,
  methods: readonly (readonly [arm: string, row: string | null])[],
): LaidOutTable {
  const { blocks } = layoutTable(table);
  const place = table.columns.findIndex(({ label }) => label === column);
  const rows = methods.map(([arm, row]) => {
    const other = published.rows.find(({ name }) => name === row);
    if (row !== null && other === undefined) {
      const known = published.rows.map(({ name }) => name);
      throw new InputError(`published rows: found ${JSON.stringify(row)}; ${advice(row, known)}`);
    }
    const measured = blocks[0]?.rows.find(({ name }) => name === arm)?.cells[place];
    const scores = Object.values(other?.scores ?? {});
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    const printed = other?.average ?? null;
    return {
      name: arm,
      published: false,
      cells: [
        measured ?? cell("–"),
        cell(printed === null ? "–" : `${printed.toFixed(1)}†`),
        cell(scores.length === 0 ? "–" : `${mean.toFixed(1)}†`),
      ],
    };
  });
  return {
    layout: {
      corner: "arm",
      columns: [`${column}, measured`, "average, as printed†", "mean of its columns†"],
      blocks: [{ title: "", rows }],
      notes: [],
    },
    sentences: [
      `†: as published (${published.source}), not measured here: other policies, data and benchmarks. No interval, test or ` +
      "average is made from both.",
      "The last column is the mean of the published row's seven scores, which is not always what is printed as their average.",
    ],
  };
}

/** Percentage points or characters, with a true minus. */
export function figure({ column }: Pick<TestedPair, "column">, value: number): string {
  return signed(isLength(column) ? value.toFixed(1) : percent(value));
}

function difference(test: TestedPair): string {
  const text = figure(test, test.difference);
  return test.difference > 0 ? `+${text}` : text;
}

function signed(text: string): string {
  return text.replace(/^-(?=0\.?0*$)/, "").replace("-", "−");
}

/**
 * A p-value as text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0.0002, 0.0313, 1].map(pValue), ["< 0.001", "0.031", "1.000"]);
 * ```
 */
export function pValue(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

function cell(text: string, bold = false): LayoutCell {
  return { text, aligned: text, mark: bold ? "best" : null };
}
