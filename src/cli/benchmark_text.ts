/** @file A benchmark report as text for the terminal, at most 100 columns wide. */
import type { BenchmarkReport } from "../data/benchmark_report.ts";
import { safeLine, wrapText } from "../results/glyphs.ts";
import { countLine, drops, framed, lengthLines, WIDTH } from "./data_text.ts";

/**
 * The report for reading. Text from the source is made safe: it cannot steer the terminal.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const text = renderBenchmarkReport({
 *   source: "two.jsonl",
 *   rows: 2,
 *   problems: 1,
 *   problemLength: null,
 *   answerLength: null,
 *   reasons: [],
 *   dropped: [],
 *   shown: { id: "p", problem: "1 + 2?", answer: "3" },
 * });
 * assertStringIncludes(text, "Answer:\n  │ 3");
 * ```
 */
export function renderBenchmarkReport(report: BenchmarkReport): string {
  const { source, rows, problems, shown } = report;
  return [
    ...wrapText(safeLine(source), WIDTH),
    "",
    countLine("problems", problems, `of ${rows} rows, each with an answer`),
    countLine("dropped", rows - problems, "rows"),
    ...lengthLines([
      ["problem, characters", report.problemLength],
      ["answer, characters", report.answerLength],
    ]),
    ...drops(report),
    ...shown === null ? [] : [
      "",
      ...wrapText(`Problem ${safeLine(shown.id)}:`, WIDTH),
      ...framed(shown.problem),
      "",
      "Answer:",
      ...framed(shown.answer),
    ],
  ].join("\n");
}
