/** @file The comparison as text for a terminal. */
import pc from "picocolors";
import { cellText } from "./cell_text.ts";
import { displayWidth, padEnd, safeLine, wrapText } from "./glyphs.ts";
import type { ResultTable } from "./table.ts";
import { tableCaption } from "./table_caption.ts";

/** How text for a terminal is set. */
export interface TerminalOptions {
  /** Columns that no line exceeds, as far as names allow. Default 100. */
  readonly width?: number;
  /** Whether bold and colours are used. Default: when standard output is a terminal and `NO_COLOR` is not set. */
  readonly color?: boolean;
}

const GAP = "  ";

/**
 * Arms as rows, columns as declared, one block per policy size; columns that do not fit beside each other go into
 * further blocks. Ends with the caption.
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
 *   cells: [{ ...cell, ...score, best: false }],
 *   provenance: { dirty: false, commit: "0123abc" },
 * }, { color: false });
 * assertStringIncludes(text, "srl   61.3 ±  4.2");
 * ```
 */
export function renderTerminal(table: ResultTable, options: TerminalOptions = {}): string {
  const { width = 100, color = Deno.stdout.isTerminal() && !Deno.noColor } = options;
  const style = pc.createColors(color);
  const lines = wrapText(`${table.title}: ${table.question}`, width).map((line) =>
    style.bold(line)
  );
  for (const size of table.sizes) {
    const several = table.sizes.length > 1;
    for (const block of blocks(table, size, width)) {
      lines.push("", ...(several ? [style.bold(safeLine(size))] : []));
      const [head, ...rows] = block;
      lines.push(style.dim(line(head!)), style.dim("─".repeat(lineWidth(head!))));
      lines.push(...rows.map((row) => line(row, style.bold)));
    }
  }
  if (table.sizes.length === 0) lines.push("", "No outcomes yet.");
  const caption = tableCaption(table, color).flatMap((sentence) => wrapText(sentence, width));
  return [...lines, "", ...caption.map((text) => style.dim(text)), ""].join("\n");
}

/** A padded piece of a line. */
interface Piece {
  readonly text: string;
  readonly columns: number;
  readonly best: boolean;
}

/** Lines of pieces, each block narrow enough: its first line is the head. */
function blocks(table: ResultTable, size: string, width: number): Piece[][][] {
  const plain = (texts: readonly string[]) => texts.map((text) => ({ text, best: false }));
  const arms = column(plain(["", ...table.arms.map(safeLine)]));
  const columns = table.columns.map(({ benchmark, metric, label }) =>
    column([
      { text: safeLine(label), best: false },
      ...table.arms.map((arm) => {
        const cell = table.cells.find((c) =>
          c.size === size && c.arm === arm && c.benchmark === benchmark && c.metric === metric
        );
        return { text: cellText(cell, true), best: cell?.best ?? false };
      }),
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

function line(pieces: readonly Piece[], bold: (text: string) => string = (text) => text): string {
  const texts = pieces.map(({ text, columns, best }) => {
    const padded = padEnd(text, columns);
    return best ? bold(padded) : padded;
  });
  return texts.join(GAP).trimEnd();
}

function lineWidth(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { columns }) => sum + columns + GAP.length, -GAP.length);
}
