/** @file The comparison as Typst. */
import type { ResultTable } from "./table.ts";
import { tableCaption } from "./table_caption.ts";
import {
  type LayoutCell,
  type LayoutOptions,
  layoutTable,
  type TableLayout,
} from "./table_layout.ts";

/**
 * A `#figure` with a table, to be had with `#include`. Names and captions are string literals, so that nothing in them is
 * read as markup. The best value of a column is bold and the second underlined where paired tests find them ahead.
 *
 * @throws {InputError} as `layoutTable` does.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const cell = { arm: "srl", size: "1m", benchmark: "hard", metric: "greedy", seeds: [0, 1, 2] } as const;
 * const score = { mean: 0.613, low: 0.571, high: 0.655, over: "seeds", problems: 100, samples: 1 } as const;
 * const text = renderTypst({
 *   title: "quickstart",
 *   question: "Does SRL help?",
 *   arms: ["srl"],
 *   columns: [{ benchmark: "hard", metric: "greedy", k: 1, label: "hard greedy" }],
 *   sizes: ["1m"],
 *   cells: [{ ...cell, ...score, mark: "best" }],
 *   provenance: { dirty: false, commit: "0123abc" },
 * });
 * assertStringIncludes(text, 'text("srl"), strong("61.3 ± 4.2"),');
 * ```
 */
export function renderTypst(table: ResultTable, options: LayoutOptions = {}): string {
  const layout = layoutTable(table, options);
  return typstTable(layout, [table.question, ...tableCaption(table, true), ...layout.notes]);
}

/**
 * A laid out table as a Typst `#figure`.
 *
 * @param sentences Its caption.
 * @param label What references name it by, e.g. `tab-main`. Default none.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const text = typstTable({ corner: "arm", columns: ["hard"], blocks: [], notes: [] }, ["Scores."], "tab-main");
 * assertStringIncludes(text, ") <tab-main>");
 * ```
 */
export function typstTable(
  { corner, columns, blocks }: TableLayout,
  sentences: readonly string[],
  label?: string,
): string {
  const line = (cells: readonly string[]) => `    ${cells.join(", ")},`;
  const body = blocks.flatMap(({ title, rows }) => [
    "    table.hline(stroke: 0.5pt),",
    ...(title === ""
      ? []
      : [`    table.cell(colspan: ${columns.length + 1}, emph(${literal(title)})),`]),
    ...rows.flatMap(({ name, published, cells }, index) => [
      ...(published && index > 0 && !rows[index - 1]!.published
        ? ["    table.hline(stroke: 0.3pt),"]
        : []),
      line([`text(${literal(name)})`, ...cells.map(typstCell)]),
    ]),
  ]);
  return [
    "#figure(",
    "  table(",
    `    columns: ${columns.length + 1},`,
    "    stroke: none,",
    "    align: (x, _) => if x == 0 { left } else { right },",
    "    table.hline(),",
    `    table.header(${[corner, ...columns].map((name) => `text(${literal(name)})`).join(", ")}),`,
    ...body,
    "    table.hline(),",
    "  ),",
    `  caption: text(${literal(sentences.join(" "))}),`,
    label === undefined ? ")" : `) <${label}>`,
    "",
  ].join("\n");
}

function typstCell({ text, mark }: LayoutCell): string {
  const call = mark === "best" ? "strong" : mark === "second" ? "underline" : "text";
  return `${call}(${literal(text)})`;
}

/** A string literal: Typst's escapes are those of JSON but for the Unicode ones, which it writes `\u{…}`. */
function literal(text: string): string {
  const line = text.toWellFormed().replace(/[\s\p{Cc}]+/gu, " ").trim();
  return `"${line.replace(/["\\]/g, "\\$&")}"`;
}
