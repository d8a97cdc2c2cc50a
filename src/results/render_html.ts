/** @file The comparison as HTML. */
import { html } from "./html_text.ts";
import type { ResultTable } from "./table.ts";
import { tableCaption } from "./table_caption.ts";
import { type LayoutCell, type LayoutOptions, layoutTable } from "./table_layout.ts";

/**
 * A `<table>` without styles of its own but the alignment of figures, for a page or a notebook. Blocks are bodies with a
 * heading; the best value of a column is `<b>` and the second `<u>` where paired tests find them ahead; published rows
 * have the class `published`.
 *
 * @throws {InputError} as `layoutTable` does.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const cell = { arm: "srl", size: "1m", benchmark: "hard", metric: "greedy", seeds: [0, 1, 2] } as const;
 * const score = { mean: 0.613, low: 0.571, high: 0.655, over: "seeds", problems: 100, samples: 1 } as const;
 * const text = renderHtml({
 *   title: "quickstart",
 *   question: "Does SRL help?",
 *   arms: ["srl"],
 *   columns: [{ benchmark: "hard", metric: "greedy", k: 1, label: "hard greedy" }],
 *   sizes: ["1m"],
 *   cells: [{ ...cell, ...score, mark: "best" }],
 *   provenance: { dirty: false, commit: "0123abc" },
 * });
 * assertStringIncludes(text, '<th scope="row">srl</th><td style="text-align:right"><b>61.3 ± 4.2</b></td>');
 * ```
 */
export function renderHtml(table: ResultTable, options: LayoutOptions = {}): string {
  const { caption, rows } = htmlParts(table, options);
  return ["<table>", `<caption>${caption}</caption>`, ...rows, "</table>", ""].join("\n");
}

/**
 * The parts of a table, for a page that puts its caption elsewhere: browsers set `<caption>` above the table, no wider than it.
 *
 * @returns The caption's text and the lines between `<table>` and `</table>`, as HTML.
 * @throws {InputError} as `layoutTable` does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { caption } = htmlParts({
 *   title: "quickstart",
 *   question: "Does SRL help?",
 *   arms: [],
 *   columns: [],
 *   sizes: [],
 *   cells: [],
 *   provenance: { dirty: false, commit: "0123abc" },
 * });
 * assertEquals(caption.startsWith("Does SRL help?"), true);
 * ```
 */
export function htmlParts(
  table: ResultTable,
  options: LayoutOptions = {},
): { readonly caption: string; readonly rows: readonly string[] } {
  const { corner, columns, blocks, notes } = layoutTable(table, options);
  const sentences = [table.question, ...tableCaption(table, true), ...notes].map(html);
  const head = [corner, ...columns].map((name) => `<th scope="col">${html(name)}</th>`).join("");
  const bodies = blocks.flatMap(({ title, rows }) => [
    "<tbody>",
    ...(title === ""
      ? []
      : [`<tr><th scope="rowgroup" colspan="${columns.length + 1}">${html(title)}</th></tr>`]),
    ...rows.map(({ name, published, cells }) => {
      const open = published ? '<tr class="published">' : "<tr>";
      return `${open}<th scope="row">${html(name)}</th>${cells.map(htmlCell).join("")}</tr>`;
    }),
    "</tbody>",
  ]);
  return { caption: sentences.join(" "), rows: [`<thead><tr>${head}</tr></thead>`, ...bodies] };
}

function htmlCell({ text, mark }: LayoutCell): string {
  const safe = html(text);
  const marked = mark === "best" ? `<b>${safe}</b>` : mark === "second" ? `<u>${safe}</u>` : safe;
  return `<td style="text-align:right">${marked}</td>`;
}
