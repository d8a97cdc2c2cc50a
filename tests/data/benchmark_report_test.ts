import { assertEquals, assertThrows } from "@std/assert";
import { reportBenchmark } from "../../src/data/benchmark_report.ts";
import { loadProblems } from "../../src/data/load_problems.ts";
import { openSource } from "../../src/data/sources/open_source.ts";
import { InputError } from "../../src/errors.ts";

const loaded = await loadProblems(
  await openSource({
    rows: [
      { id: "a", problem: "1 + 2?", answer: "3" },
      { id: "b", problem: "?" },
      { id: "c", problem: "10 + 20?", answer: "30" },
    ],
  }),
);

Deno.test("reportBenchmark() adds up, and measures what is used", () => {
  const report = reportBenchmark(loaded);
  assertEquals([report.rows, report.problems, report.dropped.length], [3, 2, 1]);
  assertEquals(report.reasons.map(({ reason, count }) => [reason, count]), [["no-answer", 1]]);
  assertEquals([report.problemLength?.minimum, report.problemLength?.maximum], [6, 8]);
  assertEquals(report.answerLength?.mean, 1.5);
});

Deno.test("reportBenchmark() shows the first problem, or the one asked for", () => {
  assertEquals(reportBenchmark(loaded).shown?.id, "a");
  assertEquals(reportBenchmark(loaded, "c").shown?.answer, "30");
  assertThrows(() => reportBenchmark(loaded, "b"), InputError, 'there is no problem "b"');
});
