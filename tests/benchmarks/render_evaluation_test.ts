import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { paperTable } from "../../src/benchmarks/paper_table.ts";
import { PUBLISHED_COLUMNS } from "../../src/benchmarks/published.ts";
import {
  renderEvaluation,
  renderEvaluationMarkdown,
} from "../../src/benchmarks/render_evaluation.ts";
import { displayWidth } from "../../src/results/glyphs.ts";
import { summaryOf } from "./samples.ts";

const summaries = [
  ...PUBLISHED_COLUMNS.map(({ benchmark, decoding }) =>
    decoding === "greedy" ? summaryOf({ benchmark }) : summaryOf({
      benchmark,
      decoding,
      samples: 32,
      pass: { 1: 0.5, 8: 0.75, 32: 1 },
      majority: { 1: 0.5, 8: 0.6, 32: 0.7 },
      fates: { correct: 480, wrong: 120, truncated: 240, unverified: 120 },
    })
  ),
  summaryOf({ benchmark: "olympiadbench", tokens: 32768 }),
];
const evaluation = (name: string) => ({
  paper: paperTable({ name, summaries, temperature: 1 }),
  summaries,
  notes: ["A note. ".repeat(30)],
});

Deno.test("renderEvaluation() fits 100 columns, whatever the model is called", () => {
  for (
    const name of ["mine", "x".repeat(500), "模".repeat(100), "\x1b[2J\u202eevil", "é".repeat(80)]
  ) {
    const text = renderEvaluation(evaluation(name));
    for (const line of text.split("\n")) assert(displayWidth(line) <= 100, line);
    assert(!text.includes("\x1b") && !text.includes("\u202e"));
  }
});

Deno.test("renderEvaluation() shows one's own row first, and marks the published ones", () => {
  const lines = renderEvaluation(evaluation("mine")).split("\n");
  const at = (start: string) => lines.findIndex((line) => line.startsWith(start));
  assert(at("── this run") < at("mine") && at("mine") < at("── published: Qwen2.5-7B-Instruct"));
  assert(at("── published: Qwen2.5-7B-Instruct") < at("SRL → RLVR"));
  assertEquals(
    lines[at("mine")]?.split(/\s+/).slice(1),
    Array.from({ length: 8 }, () => "50.0"),
  );
});

Deno.test("renderEvaluation() tells wrong, cut off and not verifiable samples apart", () => {
  const lines = renderEvaluation(evaluation("mine")).split("\n");
  const row = lines.findIndex((line) => /^amc23 +avg@32/.test(line));
  assertEquals(lines[row]?.trim().split(/\s+/), [
    "amc23",
    "avg@32",
    "50.0",
    "[33.0,",
    "67.0]",
    "12.5",
    "25.0",
    "12.5",
    "812",
  ]);
  assertEquals(lines.slice(row + 1, row + 3).map((line) => line.trim()), [
    "pass@1 50.0, pass@8 75.0, pass@32 100.0",
    "majority@1 50.0, majority@8 60.0, majority@32 70.0",
  ]);
});

Deno.test("renderEvaluationMarkdown() says of each row whether it is published, and reads no name as markup", () => {
  const text = renderEvaluationMarkdown("a|b", evaluation("a|b"));
  assertStringIncludes(text, "# a\\|b\n");
  assertStringIncludes(text, "| a\\|b | 50.0 |");
  assertStringIncludes(text, "| SRL (published: Qwen2.5-7B-Instruct) | 51.5 |");
  const widths = text.split("\n").filter((line) => line.startsWith("|"))
    .map((line) => line.replaceAll("\\|", "").split("|").length);
  assertEquals([...new Set(widths)].length, 2, "each table has one number of cells");
});
