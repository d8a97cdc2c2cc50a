/** @file A data report as text for the terminal, at most 100 columns wide. */
import type { DataReport } from "../data/data_report.ts";
import type { Distribution } from "../data/distribution.ts";
import { granularityText } from "../data/granularity/granularity.ts";
import type { DroppedRow } from "../data/ledger.ts";
import { displayWidth, padEnd, safeLine, wrapText } from "../results/glyphs.ts";

/** Columns that no line exceeds. */
export const WIDTH = 100;

/** Dropped rows of one reason that are listed with id and detail; of the others only the numbers. */
const LISTED = 8;

/** What the user can do about a reason. */
const HINTS: Readonly<Record<string, string>> = {
  "untitled-step": " (--parser plain-numbered keeps these)",
  "no-steps": " (--parser sentence or lines cuts solutions without numbers)",
};

/**
 * The report for reading. Text from the file is made safe: it cannot steer the terminal.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const text = renderDataReport({
 *   source: "two.jsonl",
 *   rows: 2,
 *   problems: 1,
 *   steps: 3,
 *   instances: 2,
 *   unused: 0,
 *   granularity: "step",
 *   targets: "1..N-1",
 *   nextTitle: false,
 *   context: "all",
 *   answers: 1,
 *   reasonings: 0,
 *   introductions: 0,
 *   stepsPerProblem: { minimum: 3, median: 3, mean: 3, maximum: 3 },
 *   problemLength: null,
 *   promptLength: null,
 *   targetLength: null,
 *   reasons: [],
 *   dropped: [],
 *   shown: null,
 * });
 * assertStringIncludes(text, "problems        1");
 * ```
 */
export function renderDataReport(report: DataReport): string {
  return [
    ...wrapText(safeLine(report.source), WIDTH),
    "",
    ...counts(report),
    ...lengths(report),
    ...drops(report),
    ...shown(report),
  ].join("\n");
}

function counts(report: DataReport): string[] {
  const { problems, rows, introductions } = report;
  const { granularity, targets, nextTitle, context } = report;
  const how = [
    ...granularity === "step" ? [] : [`granularity ${granularityText(granularity)}`],
    `targets ${targets}`,
    ...nextTitle ? ["next step's title in the prompt"] : [],
    ...context === "all" ? [] : [`context last ${context.last}`],
  ].join(", ");
  const lines: [string, number, string][] = [
    ["problems", problems, `of ${rows} rows`],
    ["steps", report.steps, ""],
    ["step instances", report.instances, how],
    ["answers", report.answers, "problems with a final answer to verify"],
    ["dropped", rows - problems, "rows"],
  ];
  if (report.unused > 0) {
    const why = report.granularity === "answer"
      ? "problems have no answer, and so no instance"
      : "problems are too short for these targets, and so have no instance";
    lines.push(["without target", report.unused, why]);
  }
  if (report.reasonings > 0) {
    lines.push(["reasonings", report.reasonings, "problems with a full trace of reasoning"]);
  }
  if (introductions > 0) {
    lines.push(["introductions", introductions, "problems had text before step 1; it is left out"]);
  }
  return lines.map((line) => countLine(...line));
}

/** A name, a number and what it is of. */
export function countLine(name: string, count: number, note: string): string {
  return `  ${name.padEnd(16)}${String(count).padEnd(8)}${note}`.trimEnd();
}

function lengths(report: DataReport): string[] {
  return lengthLines([
    ["steps per problem", report.stepsPerProblem],
    ["problem, characters", report.problemLength],
    ["prompt, characters", report.promptLength],
    ["target, characters", report.targetLength],
  ]);
}

/** A table of distributions, those left out that are null; none where all are. */
export function lengthLines(rows: readonly [string, Distribution | null][]): string[] {
  const measured = rows.flatMap(([name, spread]) => {
    if (spread === null) return [];
    const { minimum, median, mean, maximum } = spread;
    return [`  ${name.padEnd(20)}${[minimum, median, mean, maximum].map(figure).join("")}`];
  });
  if (measured.length === 0) return [];
  const head = ["min", "median", "mean", "max"].map((name) => name.padStart(10)).join("");
  return ["", " ".repeat(22) + head, ...measured];
}

function figure(value: number): string {
  return (Number.isInteger(value) ? String(value) : value.toFixed(1)).padStart(10);
}

/** What was dropped and why, row by row. */
export function drops(
  { reasons, dropped, rows }: Pick<DataReport, "reasons" | "dropped" | "rows">,
): string[] {
  if (reasons.length === 0) return ["", "Nothing was dropped."];
  return [
    "",
    `Dropped ${dropped.length} of ${rows} rows:`,
    ...reasons.flatMap(({ reason, count }) => {
      const ofReason = dropped.filter((row) => row.reason === reason);
      const others = ranges(ofReason.slice(LISTED).map(({ row }) => row));
      return [
        `  ${reason}: ${count}${HINTS[reason] ?? ""}`,
        ...ofReason.slice(0, LISTED).flatMap(droppedLines),
        ...others === "" ? [] : indented(`and rows ${others}`, 4),
      ];
    }),
  ];
}

/** Ascending numbers, runs of them as `9–12`. */
function ranges(numbers: readonly number[]): string {
  const runs: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && run.last + 1 === number) run.last = number;
    else runs.push({ first: number, last: number });
  }
  return runs.map(({ first, last }) => first === last ? `${first}` : `${first}–${last}`).join(", ");
}

function droppedLines({ row, id, detail }: DroppedRow): string[] {
  const name = `    ${padEnd(`row ${row}`, 9)} ${padEnd(safeLine(id), 16)} `;
  const margin = displayWidth(name);
  // A very long id has its line, or its lines, to itself.
  if (margin > WIDTH / 2) return [...indented(name.trim(), 4), ...indented(safeLine(detail), 8)];
  return indented(safeLine(detail), margin).map((line, at) => at === 0 ? name + line.trim() : line);
}

function shown({ shown }: DataReport): string[] {
  if (shown === null) return [];
  return [
    "",
    ...wrapText(`Prompt of ${safeLine(shown.id)}:`, WIDTH),
    ...framed(shown.prompt),
    "",
    "Target:",
    ...framed(shown.target),
  ];
}

/** A text set apart from the report's own. */
export function framed(text: string): string[] {
  return wrapText(text, WIDTH - 4).map((line) => `  │ ${line}`.trimEnd());
}

function indented(text: string, by: number): string[] {
  return wrapText(text, WIDTH - by).map((line) => " ".repeat(by) + line);
}
