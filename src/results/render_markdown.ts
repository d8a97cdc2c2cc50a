/** @file The comparison as Markdown. */
import { cellText } from "./cell_text.ts";
import { displayWidth } from "./glyphs.ts";
import type { ResultTable } from "./table.ts";
import { tableCaption } from "./table_caption.ts";

/**
 * A heading, the question, one table per policy size with arms as rows, and the caption. The best value of a column is
 * bold where it is ahead beyond its interval.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const cell = { arm: "srl", size: "1m", benchmark: "hard", metric: "greedy", seeds: [0, 1, 2] } as const;
 * const score = { mean: 0.613, low: 0.571, high: 0.655, over: "seeds", problems: 100, samples: 1 } as const;
 * const text = renderMarkdown({
 *   title: "quickstart",
 *   question: "Does SRL help?",
 *   arms: ["srl"],
 *   columns: [{ benchmark: "hard", metric: "greedy", k: 1, label: "hard greedy" }],
 *   sizes: ["1m"],
 *   cells: [{ ...cell, ...score, best: true }],
 *   provenance: { dirty: false, commit: "0123abc" },
 * });
 * assertStringIncludes(text, "| srl | **61.3 ± 4.2** |");
 * ```
 */
export function renderMarkdown(table: ResultTable): string {
  const parts = [`# ${plain(table.title)}`, plain(table.question)];
  for (const size of table.sizes) {
    if (table.sizes.length > 1) parts.push(`## ${plain(size)}`);
    const head = ["arm", ...table.columns.map(({ label }) => plain(label))];
    const rows = table.arms.map((arm) => [
      plain(arm),
      ...table.columns.map(({ benchmark, metric }) => {
        const cell = table.cells.find((c) =>
          c.size === size && c.arm === arm && c.benchmark === benchmark && c.metric === metric
        );
        return cell?.best ? `**${cellText(cell)}**` : cellText(cell);
      }),
    ]);
    parts.push(grid(head, rows));
  }
  parts.push(tableCaption(table, true).map(plain).join(" "));
  return parts.filter((part) => part !== "").join("\n\n") + "\n";
}

/** A table whose columns are aligned in the source too. */
function grid(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, i) =>
    Math.max(3, ...[head, ...rows].map((row) => displayWidth(row[i] ?? "")))
  );
  const line = (row: readonly string[]) => {
    const cells = row.map((text, i) => {
      const space = " ".repeat(widths[i]! - displayWidth(text));
      return i === 0 ? text + space : space + text;
    });
    return `| ${cells.join(" | ")} |`;
  };
  const rule = widths.map((width, i) => i === 0 ? "-".repeat(width) : "-".repeat(width - 1) + ":");
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

/** A name that Markdown must not read as markup. */
function plain(text: string): string {
  return text.replace(/[\\`*<>|[\]#]/g, "\\$&").replace(/\s+/g, " ").trim();
}
