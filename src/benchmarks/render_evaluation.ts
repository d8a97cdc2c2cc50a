/** @file An evaluation as text for a terminal, and as Markdown. */
import { percent } from "../results/cell_text.ts";
import { displayWidth, padEnd, safeLine, wrapText } from "../results/glyphs.ts";
import type { PaperTable } from "./paper_table.ts";
import type { SampleSummary } from "./summarise_samples.ts";

/** What is shown. */
export interface EvaluationText {
  /** The table in the published layout; null where nothing of it was measured. */
  readonly paper: PaperTable | null;
  /** Everything that was measured. */
  readonly summaries: readonly SampleSummary[];
  /** What else a reader must know, a sentence each. */
  readonly notes: readonly string[];
}

const WIDTH = 100;
const NAME = 26;
const CELL = 9;

/**
 * Both tables for a terminal, no line longer than 100 columns.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const fates = { correct: 1, wrong: 1, truncated: 0, unverified: 0 };
 * const score = { mean: 0.5, low: 0.1, high: 0.9, over: "problems" } as const;
 * const rest = { problems: 2, samples: 1, pass: {}, majority: {}, unanswered: 0, tokens: 12 };
 * const summary = { benchmark: "gsm8k", decoding: "greedy", score, fates, ...rest } as const;
 * const text = renderEvaluation({ paper: null, summaries: [summary], notes: [] });
 * assertStringIncludes(text, "50.0 [10.0, 90.0]");
 * ```
 */
export function renderEvaluation({ paper, summaries, notes }: EvaluationText): string {
  const blocks = [
    ...paper === null ? [] : [paperLines(paper)],
    detailLines(summaries),
    [...paper?.notes ?? [], ...DETAIL_NOTES, ...notes].flatMap((note) => wrapText(note, WIDTH)),
  ];
  return blocks.map((lines) => lines.map((line) => line.trimEnd()).join("\n")).join("\n\n");
}

function paperLines({ columns, sections }: PaperTable): string[] {
  // A benchmark's name stands over the first of its columns.
  const heads = columns.map(([benchmark], i) => benchmark === columns[i - 1]?.[0] ? "" : benchmark);
  const line = (name: string, cells: readonly string[]) =>
    padEnd(name, NAME) + cells.map((cell) => cell.padStart(CELL)).join("");
  return [
    line("", heads),
    line("", columns.map(([, decoding]) => decoding)),
    ...sections.flatMap(({ title, rows }) => [
      `── ${title} `.padEnd(NAME + CELL * columns.length, "─"),
      ...rows.map(({ name, cells }) => line(shortened(name, NAME - 2), cells)),
    ]),
  ];
}

const DETAIL_NOTES = [
  "Score with its 95 % interval over problems. Of all samples, in percent: wrong, cut off by the budget (trunc.), and not " +
  "verifiable (unver.); none of these counts as solved. tokens: mean of a completion.",
];

const DETAIL = ["benchmark", "decoding", "score", "wrong", "trunc.", "unver.", "tokens"];
const DETAIL_WIDTHS = [15, 12, 24, 9, 9, 9, 10];
/** Column in which pass@k and majority@k begin, under the benchmark. */
const VOTES_AT = 15;

function detailLines(summaries: readonly SampleSummary[]): string[] {
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) =>
      i < 2 ? padEnd(cell, DETAIL_WIDTHS[i]!) : cell.padStart(DETAIL_WIDTHS[i]!)
    ).join("");
  return [
    line(DETAIL),
    "─".repeat(DETAIL_WIDTHS.reduce((a, b) => a + b)),
    ...summaries.flatMap((summary) => [
      line(detailCells(summary)),
      ...voteLines(votes(summary)).map((text) => " ".repeat(VOTES_AT) + text),
    ]),
  ];
}

/** One line where they have room in it. */
function voteLines(lists: readonly string[]): string[] {
  const joined = lists.join("; ");
  if (joined === "") return [];
  return (joined.length <= WIDTH - VOTES_AT ? [joined] : lists)
    .flatMap((list) => wrapText(list, WIDTH - VOTES_AT));
}

function detailCells(summary: SampleSummary): string[] {
  const { benchmark, decoding, samples, problems, fates, score, tokens } = summary;
  const share = (count: number) => percent(count / (problems * samples));
  return [
    shortened(benchmark, 14),
    decoding === "greedy" ? "greedy" : `avg@${samples}`,
    `${percent(score.mean)} [${percent(score.low)}, ${percent(score.high)}]`,
    share(fates.wrong),
    share(fates.truncated),
    share(fates.unverified),
    tokens.toFixed(0),
  ];
}

/** `pass@8 43.3, pass@32 60.0` and the same of majorities; none for greedy. */
function votes({ pass, majority }: SampleSummary): string[] {
  const list = (name: string, scores: Readonly<Record<number, number>>) =>
    Object.entries(scores).map(([k, score]) => `${name}@${k} ${percent(score)}`).join(", ");
  return [list("pass", pass), list("majority", majority)].filter((text) => text !== "");
}

function shortened(text: string, width: number): string {
  const safe = safeLine(text);
  if (displayWidth(safe) <= width) return safe;
  let kept = "";
  for (const char of safe) {
    if (displayWidth(kept + char) >= width) break;
    kept += char;
  }
  return `${kept}…`;
}

/**
 * The same as Markdown.
 *
 * @param title Heading.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const text = renderEvaluationMarkdown("mine", { paper: null, summaries: [], notes: ["A note."] });
 * assertStringIncludes(text, "# mine");
 * ```
 */
export function renderEvaluationMarkdown(title: string, evaluation: EvaluationText): string {
  const { paper, summaries, notes } = evaluation;
  const parts = [`# ${plain(title)}`];
  if (paper !== null) {
    const head = ["", ...paper.columns.map((names) => names.join(" ").trim())];
    const rows = paper.sections.flatMap(({ title, published, rows }) =>
      rows.map(({ name, cells }) => [published ? `${name} (${title})` : name, ...cells])
    );
    parts.push(grid(head, rows));
  }
  parts.push(grid(
    [...DETAIL, "pass@k, majority@k"],
    summaries.map((summary) => [...detailCells(summary), votes(summary).join("; ")]),
  ));
  parts.push([...paper?.notes ?? [], ...DETAIL_NOTES, ...notes].map(plain).join(" "));
  return `${parts.join("\n\n")}\n`;
}

function grid(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(plain).join(" | ")} |`;
  return [
    line(head),
    `| ${head.map((_, i) => i === 0 ? "---" : "--:").join(" | ")} |`,
    ...rows.map(line),
  ].join("\n");
}

/** Text that Markdown must not read as markup. */
function plain(text: string): string {
  return text.replace(/[\\`*<>|[\]#]/g, "\\$&").replace(/\s+/g, " ").trim();
}
