/** @file The reward landscape as text for a terminal. */
import pc from "picocolors";
import { MISSING } from "./cell_text.ts";
import { displayWidth, padEnd, safeLine, toGlyphs, wrapText } from "./glyphs.ts";
import { APART, type LandscapeTable } from "./landscape_table.ts";
import type { TerminalOptions } from "./render_terminal.ts";

const GAP = "  ";

/** A reward's name is cut to no less than this. */
const LEAST_NAME = 12;

/**
 * Rewards as rows, corruptions as columns, the mean score in each cell; then what the columns mean and what is missing.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const spread = { mean: 0.5, low: 0, lower: 0.25, median: 0.5, upper: 0.75, high: 1 };
 * const text = renderLandscape({
 *   source: "solutions.jsonl",
 *   steps: 20,
 *   of: 20,
 *   seed: 0,
 *   rewards: [{ name: "bleu", apart: null }],
 *   columns: [{ id: "half", head: "half", label: "first half", meaning: "its first half" }],
 *   cells: [{ reward: "bleu", corruption: "half", count: 20, failures: 0, spread }],
 *   failures: [],
 * }, { color: false });
 * assertStringIncludes(text, "bleu    0.50      –");
 * ```
 */
export function renderLandscape(table: LandscapeTable, options: TerminalOptions = {}): string {
  const { width = 100, color = Deno.stdout.isTerminal() && !Deno.noColor } = options;
  const style = pc.createColors(color);
  const heads = [...table.columns.map(({ head }) => head), "apart"];
  const figures = table.rewards.map(({ name, apart }) => [
    ...table.cells.filter(({ reward }) => reward === name)
      .map(({ spread }) => figure(spread === null ? null : spread.mean)),
    figure(apart),
  ]);
  const widths = heads.map((head, at) =>
    Math.max(displayWidth(head), ...figures.map((row) => displayWidth(row[at]!)))
  );
  const room = width - widths.reduce((sum, columns) => sum + columns + GAP.length, 0);
  const names = table.rewards.map(({ name }) => cut(name, Math.max(LEAST_NAME, room)));
  const first = Math.max(displayWidth("reward"), ...names.map(displayWidth));
  const line = (name: string, texts: readonly string[]) =>
    [padEnd(name, first), ...texts.map((text, at) => padStart(text, widths[at]!))].join(GAP);
  const head = line("reward", heads);
  const title = `${safeLine(table.source)}: mean scores of ${steps(table)}`;
  return [
    ...wrapText(title, width).map((text) => style.bold(text)),
    "",
    style.dim(head),
    style.dim("─".repeat(displayWidth(head))),
    ...figures.map((row, at) => line(names[at]!, row)),
    "",
    ...caption(table).flatMap((text) => wrapText(text, width)).map((text) => style.dim(text)),
    "",
  ].join("\n");
}

function steps({ steps, of, seed }: LandscapeTable): string {
  return steps === of ? `all ${of} steps` : `${steps} of ${of} steps, drawn by seed ${seed}`;
}

function caption({ columns, cells, rewards, steps, failures }: LandscapeTable): string[] {
  const meaning = (id: string) => columns.find((column) => column.id === id)?.meaning;
  const [near, far] = [meaning(APART.near), meaning(APART.far)];
  const fewer = columns.flatMap(({ id, head }) => {
    const cell = cells.find(({ reward, corruption }) =>
      reward === rewards[0]?.name && corruption === id
    );
    const count = cell === undefined ? steps : cell.count + cell.failures;
    return count < steps ? [`${head} ${count}`] : [];
  });
  return [
    [...Map.groupBy(columns, ({ meaning }) => meaning)].map(([meaning, alike]) =>
      // A line must not end between a number and its sign.
      `${alike.map(({ head }) => head.replaceAll(" ", "\u00a0")).join(", ")}: ${meaning}`
    ).join("; ") + ".",
    ...near === undefined || far === undefined ? [] : [
      `apart: the chance that a step with ${near} scores above ${far}; ties count half.`,
    ],
    ...fewer.length === 0
      ? []
      : [`Where a step cannot be corrupted it is left out: of ${steps}, ${fewer.join(", ")}.`],
    ...failures.map(({ reward, count, first }) =>
      `${safeLine(reward)} FAILED on ${count}, which no mean counts; the first, ${safeLine(first)}`
    ),
  ];
}

function figure(value: number | null): string {
  return value === null ? MISSING : value.toFixed(2).replace("-", "−");
}

function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - displayWidth(text))) + text;
}

/** A name made safe, and no wider than some columns. */
function cut(name: string, columns: number): string {
  const safe = safeLine(name);
  if (displayWidth(safe) <= columns) return safe;
  let kept = "";
  for (const { text } of toGlyphs(safe)) {
    if (displayWidth(kept + text) > columns - 1) break;
    kept += text;
  }
  return `${kept}…`;
}
