/** @file The comparison as LaTeX, with the rules of booktabs. */
import type { ResultTable } from "./table.ts";
import { tableCaption } from "./table_caption.ts";
import {
  type LayoutCell,
  type LayoutOptions,
  layoutTable,
  type TableLayout,
} from "./table_layout.ts";

/**
 * A `table` environment for `\usepackage{booktabs}`, to be had with `\input`. The best value of a column is bold and the
 * second underlined where paired tests find them ahead; the caption says so. Text needs nothing but LaTeX's own fonts and
 * input encoding.
 *
 * @throws {InputError} as `layoutTable` does.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const cell = { arm: "srl", size: "1m", benchmark: "hard", metric: "greedy", seeds: [0, 1, 2] } as const;
 * const score = { mean: 0.613, low: 0.571, high: 0.655, over: "seeds", problems: 100, samples: 1 } as const;
 * const text = renderLatex({
 *   title: "quickstart",
 *   question: "Does SRL help?",
 *   arms: ["srl"],
 *   columns: [{ benchmark: "hard", metric: "greedy", k: 1, label: "hard greedy" }],
 *   sizes: ["1m"],
 *   cells: [{ ...cell, ...score, mark: "best" }],
 *   provenance: { dirty: false, commit: "0123abc" },
 * });
 * assertStringIncludes(text, "srl & \\textbf{61.3 $\\pm$ 4.2} \\\\");
 * ```
 */
export function renderLatex(table: ResultTable, options: LayoutOptions = {}): string {
  const layout = layoutTable(table, options);
  return latexTable(layout, [table.question, ...tableCaption(table, true), ...layout.notes]);
}

/**
 * A laid out table as a LaTeX `table` environment.
 *
 * @param sentences Its caption.
 * @param options.label What `\\ref` names it by, e.g. `tab:main`. Default none.
 * @param options.wide Whether it spans both columns of a page (`table*`). Default false.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const layout = { corner: "arm", columns: ["hard"], blocks: [], notes: [] };
 * assertStringIncludes(latexTable(layout, ["Scores."], { label: "tab:main" }), "\\label{tab:main}");
 * ```
 */
export function latexTable(
  { corner, columns, blocks }: TableLayout,
  sentences: readonly string[],
  { label, wide = false }: { readonly label?: string; readonly wide?: boolean } = {},
): string {
  const line = (cells: readonly string[]) => `  ${cells.join(" & ")} \\\\`;
  const body = blocks.flatMap(({ title, rows }) => [
    "  \\midrule",
    ...(title === ""
      ? []
      : [`  \\multicolumn{${columns.length + 1}}{l}{\\textit{${latexText(title)}}} \\\\`]),
    ...rows.flatMap(({ name, published, cells }, index) => [
      ...(published && index > 0 && !rows[index - 1]!.published ? ["  \\addlinespace"] : []),
      line([latexText(name), ...cells.map(latexCell)]),
    ]),
  ]);
  const environment = wide ? "table*" : "table";
  return [
    `\\begin{${environment}}`,
    "  \\centering",
    `  \\caption{${sentences.map(latexText).join(" ")}}`,
    ...(label === undefined ? [] : [`  \\label{${label}}`]),
    `  \\begin{tabular}{l${"r".repeat(columns.length)}}`,
    "  \\toprule",
    line([latexText(corner), ...columns.map(latexText)]),
    ...body,
    "  \\bottomrule",
    "  \\end{tabular}",
    `\\end{${environment}}`,
    "",
  ].join("\n");
}

function latexCell({ text, mark }: LayoutCell): string {
  const safe = latexText(text);
  return mark === "best" ? `\\textbf{${safe}}` : mark === "second" ? `\\underline{${safe}}` : safe;
}

const COMMANDS: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  "→": "$\\rightarrow$",
  "±": "$\\pm$",
  "−": "$-$",
  "–": "--",
  "†": "$\\dagger$",
  "\u00a0": "~",
};

/**
 * Text that LaTeX sets as it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(latexText("srl → rlvr, 95 %"), "srl $\\rightarrow$ rlvr, 95 \\%");
 * ```
 */
export function latexText(text: string): string {
  return text.replace(/[\\~^<>|→±−–†\u00a0]|[&%$#_{}]/g, (char) => COMMANDS[char] ?? `\\${char}`)
    .replace(/\s+/g, " ").trim();
}
