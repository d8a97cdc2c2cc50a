import { assertEquals, assertLessOrEqual } from "@std/assert";
import { renderBenchmarkReport } from "../../src/cli/benchmark_text.ts";
import { reportBenchmark } from "../../src/data/benchmark_report.ts";
import { Ledger } from "../../src/data/ledger.ts";
import { displayWidth } from "../../src/results/glyphs.ts";

Deno.test("renderBenchmarkReport() stays within 100 columns and steers no terminal, whatever the texts", () => {
  const hostile = `\x1b[2J\u202e${"x".repeat(300)} ${"漢字".repeat(90)}\r\n\t${"a b ".repeat(80)}`;
  const ledger = new Ledger(hostile);
  ledger.use();
  ledger.drop({ row: 2, id: hostile, reason: "no-answer", detail: hostile });
  const problems = [{ id: hostile, problem: hostile, answer: hostile }];
  const text = renderBenchmarkReport(reportBenchmark({ problems, ledger }));
  for (const line of text.split("\n")) assertLessOrEqual(displayWidth(line), 100);
  assertEquals(/[^\n\P{C}]/u.test(text), false);
});
