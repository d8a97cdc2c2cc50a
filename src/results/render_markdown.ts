/** @file The comparison as Markdown. */
import { displayWidth } from "./glyphs.ts";
import type { ResultTable } from "./table.ts";
import { tableCaption } from "./table_caption.ts";
import {
  type LayoutCell,
  type LayoutOptions,
  layoutTable,
  type TableLayout,
} from "./table_layout.ts";

/**
 * A heading, the question, one table per block (per policy size, if not laid out otherwise), and the caption. The best
 * value of a column is bold and the second underlined where paired tests find them ahead.
 *
 * @throws {InputError} as `layoutTable` does.
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
 *   cells: [{ ...cell, ...score, mark: "best" }],
 *   provenance: { dirty: false, commit: "0123abc" },
 * });
 * assertStringIncludes(text, "| srl | **61.3 ± 4.2** |");
 * ```
 */
export function renderMarkdown(table: ResultTable, options: LayoutOptions = {}): string {
  const layout = layoutTable(table, options);
  const caption = [...tableCaption(table, true), ...layout.notes];
  return markdownTable(layout, { title: table.title, lead: table.question, caption });
}

/**
 * A laid out table as Markdown.
 *
 * @param text.title Heading.
 * @param text.lead What stands before the table; empty for nothing.
 * @param text.caption Sentences below it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const layout = { corner: "arm", columns: ["hard"], blocks: [], notes: [] };
 * assertEquals(markdownTable(layout, { title: "main", lead: "", caption: ["Scores."] }), "# main\n\nScores.\n");
 * ```
 */
export function markdownTable(
  { corner, columns, blocks }: TableLayout,
  { title, lead, caption }: {
    readonly title: string;
    readonly lead: string;
    readonly caption: readonly string[];
  },
): string {
  const parts = [`# ${plain(title)}`, plain(lead)];
  for (const { title, rows } of blocks) {
    if (title !== "") parts.push(`## ${plain(title)}`);
    const lines = rows.map(({ name, cells }) => [plain(name), ...cells.map(markdownCell)]);
    parts.push(grid([corner, ...columns.map(plain)], lines));
  }
  parts.push(caption.map(plain).join(" "));
  return parts.filter((part) => part !== "").join("\n\n") + "\n";
}

function markdownCell({ text, mark }: LayoutCell): string {
  // Markdown has no underline of its own.
  return mark === "best" ? `**${text}**` : mark === "second" ? `<u>${text}</u>` : text;
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
