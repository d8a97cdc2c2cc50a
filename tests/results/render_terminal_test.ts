import { assert, assertEquals, assertLessOrEqual, assertStringIncludes } from "@std/assert";
import { publishedRows } from "../../src/benchmarks/published_rows.ts";
import { renderTerminal } from "../../src/results/render_terminal.ts";
import { buildTable } from "../../src/results/table.ts";
import { cell, tableOf } from "./fixtures.ts";
import { ARMS, COLUMNS, syntheticOutcomes } from "./synthetic.ts";

const ESC = "\x1b";

const synthetic = buildTable({
  outcomes: syntheticOutcomes(),
  arms: ARMS,
  columns: COLUMNS,
  title: "synthetic",
  question: "Does it help? ".repeat(12),
  provenance: { dirty: true, commit: "0123abc" },
});

Deno.test("renderTerminal() keeps every line within the width, and writes no escape without colour", () => {
  for (const width of [60, 80, 100]) {
    const text = renderTerminal(synthetic, { width, color: false });
    for (const line of text.split("\n")) assertLessOrEqual([...line].length, width);
    assertEquals(text.includes(ESC), false);
  }
});

Deno.test("renderTerminal() puts arms in the declared order under aligned headings", () => {
  const lines = renderTerminal(synthetic, { color: false }).split("\n");
  const head = lines.findIndex((line) => line.includes("hard greedy"));
  assertEquals(lines.slice(head + 2, head + 7).map((line) => line.slice(0, 10).trim()), [...ARMS]);
  const points = lines.slice(head + 2, head + 7).map((line) => line.indexOf("."));
  assertEquals(new Set(points).size, 1);
});

Deno.test("renderTerminal() breaks columns that do not fit into further blocks, losing none", () => {
  const text = renderTerminal(synthetic, { width: 50, color: false });
  for (const column of COLUMNS) assertStringIncludes(text, column);
  assertEquals(text.split("\n").filter((line) => line.startsWith("srl → rlvr")).length, 2);
});

Deno.test("renderTerminal() gives each size a block with its name", () => {
  const cells = ["1m", "10m"].map((size) => cell("srl", "hard greedy", { size }));
  const lines = renderTerminal(tableOf(["srl"], ["hard greedy"], cells), { color: false }).split(
    "\n",
  );
  assert(lines.indexOf("1m") > 0 && lines.indexOf("10m") > lines.indexOf("1m"));
  assertEquals(lines.filter((line) => line.startsWith("srl")).length, 2);
});

Deno.test("renderTerminal() sets only the best value in bold, and marks what is missing", () => {
  const cells = [cell("srl", "hard greedy", { mark: "best" }), cell("rlvr", "hard greedy")];
  const text = renderTerminal(tableOf(["base", "rlvr", "srl"], ["hard greedy"], cells), {
    color: true,
  });
  const [base, rlvr, srl] = ["base", "rlvr", "srl"].map((arm) =>
    text.split("\n").find((line) => line.startsWith(arm))!
  );
  assertStringIncludes(srl!, `${ESC}[1m 61.3 ±  4.2${ESC}[22m`);
  assertEquals(rlvr!.includes(ESC), false);
  assertStringIncludes(base!, "–");
});

Deno.test("renderTerminal() escapes names that would drive the terminal", () => {
  const text = renderTerminal(
    tableOf([`${ESC}[2J`], ["hard greedy"], [cell(`${ESC}[2J`, "hard greedy")]),
    {
      color: false,
    },
  );
  assertStringIncludes(text, "\\x1b[2J");
  assertEquals(text.includes(ESC), false);
});

Deno.test("renderTerminal() says so when there is nothing yet", () => {
  assertStringIncludes(
    renderTerminal(tableOf(["srl"], ["hard greedy"], []), { color: false }),
    "No outcomes",
  );
});

Deno.test("renderTerminal() shows the taint", () => {
  assertStringIncludes(renderTerminal(synthetic, { color: false }), "TAINTED");
});

Deno.test("renderTerminal() underlines the second's figure, not the spaces before it", () => {
  const cells = [
    cell("srl", "hard greedy", { mark: "best" }),
    cell("sft", "hard greedy", { mark: "second" }),
  ];
  const text = renderTerminal(tableOf(["srl", "sft"], ["hard greedy"], cells), { color: true });
  assertStringIncludes(text, `sft   ${ESC}[4m61.3 ±  4.2${ESC}[24m`);
});

Deno.test("renderTerminal() takes any layout, within its width", () => {
  const published = publishedRows("Qwen2.5-7B-Instruct");
  const labels = Object.keys(published.rows[0]!.scores);
  const own = tableOf(["mine"], labels, labels.map((label) => cell("mine", label)));
  const text = renderTerminal(own, { color: false, average: true, published });
  for (const line of text.split("\n")) assertLessOrEqual([...line].length, 100);
  assertStringIncludes(text, "27.6 (26.9)†");
  assertStringIncludes(text.replaceAll(/\s+/g, " "), "not measured here");
});
