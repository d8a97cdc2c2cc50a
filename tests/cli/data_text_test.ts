import { assertEquals, assertLessOrEqual, assertStringIncludes } from "@std/assert";
import { renderDataReport } from "../../src/cli/data_text.ts";
import { reportData } from "../../src/data/data_report.ts";
import { Ledger } from "../../src/data/ledger.ts";
import { displayWidth } from "../../src/results/glyphs.ts";

/** The report on one hostile problem and on rows dropped for a reason. */
function reportOn(problem: string, dropped: { row: number; id: string }[] = []) {
  const ledger = new Ledger("a.jsonl");
  ledger.use();
  for (const { row, id } of dropped) {
    ledger.drop({ row, id, reason: "untitled-step", detail: "a step has no bold title: step 1" });
  }
  const steps = [{ action: `**A** ${problem}`, title: "A" }, { action: "**B** y", title: "B" }];
  const trajectories = [{ id: "p", problem, steps, answer: "" }];
  return reportData({ trajectories, ledger, introductions: 1 }, { targets: "1..N" });
}

Deno.test("renderDataReport() stays within 100 columns and steers no terminal, whatever the texts", () => {
  const hostile = `\x1b[2J\u202e${"x".repeat(300)} ${"漢字".repeat(90)}\r\n\t${"a b ".repeat(80)}`;
  const text = renderDataReport(reportOn(hostile, [{ row: 2, id: hostile }, { row: 3, id: "q" }]));
  for (const line of text.split("\n")) assertLessOrEqual(displayWidth(line), 100);
  assertEquals(/[^\n\P{C}]/u.test(text), false);
});

Deno.test("renderDataReport() lists dropped rows with their numbers, the many as ranges", () => {
  const rows = [2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 20];
  const text = renderDataReport(reportOn("p", rows.map((row) => ({ row, id: `p${row}` }))));
  assertStringIncludes(
    text,
    "Dropped 12 of 13 rows:\n  untitled-step: 12 (--parser plain-numbered keeps these)\n",
  );
  assertStringIncludes(text, "    row 9     p9               a step has no bold title: step 1\n");
  assertStringIncludes(text, "    and rows 11–13, 20\n");
});

Deno.test("renderDataReport() says that nothing was dropped, and what was left out", () => {
  const text = renderDataReport(reportOn("p"));
  assertStringIncludes(text, "\nNothing was dropped.\n");
  assertStringIncludes(text, "introductions   1       problems had text before step 1");
});
