import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { publishedRows } from "../../src/benchmarks/published_rows.ts";
import { renderLatex } from "../../src/results/render_latex.ts";
import { cell, tableOf } from "./fixtures.ts";

const labels = ["amc23 greedy"];
const table = tableOf(["base_1", "srl → rlvr", "sft"], labels, [
  cell("base_1", labels[0]!, { over: "problems" }),
  cell("srl → rlvr", labels[0]!, { mark: "best" }),
  cell("sft", labels[0]!, { mark: "second" }),
], { tests: 3 });

Deno.test("renderLatex() writes rules, alignment, marks and the caption that explains them", () => {
  const text = renderLatex(table);
  for (
    const line of [
      "  \\begin{tabular}{lr}",
      "  \\toprule",
      "  arm & amc23 greedy \\\\",
      "  base\\_1 & 61.3 [57.1, 65.5] \\\\",
      "  srl $\\rightarrow$ rlvr & \\textbf{61.3 $\\pm$ 4.2} \\\\",
      "  sft & \\underline{61.3 $\\pm$ 4.2} \\\\",
      "  \\bottomrule",
    ]
  ) assertStringIncludes(text, `${line}\n`);
  assertStringIncludes(text, "95 \\% Student-t");
  assertStringIncludes(text, "p \\textless{} 0.05");
});

Deno.test("renderLatex() sets published rows apart, marked", () => {
  const text = renderLatex(table, { published: publishedRows("Qwen2.5-7B-Instruct") });
  assertStringIncludes(text, "  \\addlinespace\n  base & 50.0$\\dagger$ \\\\");
  assertEquals(text.match(/addlinespace/g)?.length, 1);
});

Deno.test("renderLatex() leaves nothing in a name that LaTeX would act on, and only ASCII of its own", () => {
  const evil = "\\input{/etc/passwd}%$&#_{}~^<>|\n→±−–†";
  const text = renderLatex(tableOf([evil], labels, [cell(evil, labels[0]!)]));
  const row = text.split("\n").find((line) => line.includes("passwd"))!;
  assert(row.startsWith("  \\textbackslash{}input\\{/etc/passwd\\}\\%\\$\\&\\#\\_\\{\\}"), row);
  assertEquals(/[^\n\x20-\x7e]/.test(text), false);
  assertEquals(text.split("{").length, text.split("}").length);
});
