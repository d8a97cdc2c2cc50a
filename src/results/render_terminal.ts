/** @file The comparison as text for a terminal. */
import pc from "picocolors";
import { displayWidth, padEnd, safeLine, wrapText } from "./glyphs.ts";
import type { ResultTable } from "./table.ts";
import type { Mark } from "./marks.ts";
import { tableCaption } from "./table_caption.ts";
import {
  type LayoutBlock,
  type LayoutOptions,
  layoutTable,
  type TableLayout,
} from "./table_layout.ts";

/** How text for a terminal is set. */
export interface TerminalOptions {
  /** Columns that no line exceeds, as far as names allow. Default 100. */
  readonly width?: number;
  /** Whether bold and colours are used. Default: when standard output is a terminal and `NO_COLOR` is not set. */
  readonly color?: boolean;
}

const GAP = "  ";

/**
 * Arms as rows, columns as declared, one block per policy size, if not laid out otherwise; columns that do not fit beside
 * each other go into further blocks. Ends with the caption.
 *
 * @throws {InputError} as `layoutTable` does.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const cell = { arm: "srl", size: "1m", benchmark: "hard", metric: "greedy", seeds: [0, 1, 2] } as const;
 * const score = { mean: 0.613, low: 0.571, high: 0.655, over: "seeds", problems: 100, samples: 1 } as const;
 * const text = renderTerminal({
 *   title: "quickstart",
 *   question: "Does SRL help?",
 *   arms: ["srl"],
 *   columns: [{ benchmark: "hard", metric: "greedy", k: 1, label: "hard greedy" }],
 *   sizes: ["1m"],
 *   cells: [{ ...cell, ...score, mark: null }],
 *   provenance: { dirty: false, commit: "0123abc" },
 * }, { color: false });
 * assertStringIncludes(text, "srl   61.3 ±  4.2");
 * ```
 */
export function renderTerminal(
  table: ResultTable,
  options: TerminalOptions & LayoutOptions = {},
): string {
  const { width = 100, color = Deno.stdout.isTerminal() && !Deno.noColor, ...rest } = options;
  const style = pc.createColors(color);
  const lines = wrapText(`${table.title}: ${table.question}`, width).map((line) =>
    style.bold(line)
  );
  const layout = layoutTable(table, rest);
  for (const block of layout.blocks) {
    for (const group of narrow(layout, block, width)) {
      lines.push("", ...(block.title === "" ? [] : [style.bold(safeLine(block.title))]));
      const [head, ...rows] = group;
      lines.push(style.dim(line(head!)), style.dim("─".repeat(lineWidth(head!))));
      lines.push(...rows.map((row) => line(row, style)));
    }
  }
  if (table.sizes.length === 0) lines.push("", "No outcomes yet.");
  const sentences = [...tableCaption(table, color), ...layout.notes];
  const caption = sentences.flatMap((sentence) => wrapText(sentence, width));
  return [...lines, "", ...caption.map((text) => style.dim(text)), ""].join("\n");
}

/** A padded piece of a line. */
interface Piece {
  readonly text: string;
  readonly columns: number;
  readonly mark: Mark;
}

/** Lines of pieces, each group narrow enough: its first line is the head. */
function narrow(layout: TableLayout, { rows }: LayoutBlock, width: number): Piece[][][] {
  const names = ["", ...rows.map(({ name }) => safeLine(name))];
  const arms = column(names.map((text) => ({ text, mark: null })));
  const columns = layout.columns.map((label, index) =>
    column([
      { text: safeLine(label), mark: null },
      ...rows.map(({ cells }) => ({ text: cells[index]!.aligned, mark: cells[index]!.mark })),
    ])
  );
  const groups: Piece[][][] = [];
  let room = 0;
  for (const next of columns) {
    const needed = GAP.length + next[0]!.columns;
    if (groups.length === 0 || room < needed) {
      groups.push([arms]);
      room = width - arms[0]!.columns;
    }
    groups.at(-1)!.push(next);
    room -= needed;
  }
  return groups.map((group) => arms.map((_, row) => group.map((pieces) => pieces[row]!)));
}

/** Pieces of one column, as wide as the widest. */
function column(pieces: readonly Omit<Piece, "columns">[]): Piece[] {
  const columns = Math.max(...pieces.map(({ text }) => displayWidth(text)));
  return pieces.map((piece) => ({ ...piece, columns }));
}

function line(pieces: readonly Piece[], style?: Pick<typeof pc, "bold" | "underline">): string {
  const texts = pieces.map(({ text, columns, mark }) => {
    const padded = padEnd(text, columns);
    if (style === undefined || mark === null) return padded;
    if (mark === "best") return style.bold(padded);
    // Spaces that align a figure are not part of it.
    const figure = text.trimStart();
    const before = text.slice(0, text.length - figure.length);
    return before + style.underline(figure) + padded.slice(text.length);
  });
  return texts.join(GAP).trimEnd();
}

function lineWidth(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { columns }) => sum + columns + GAP.length, -GAP.length);
}
