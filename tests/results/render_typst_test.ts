import { assert, assertStringIncludes } from "@std/assert";
import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";
import { publishedRows } from "../../src/benchmarks/published_rows.ts";
import { renderTypst } from "../../src/results/render_typst.ts";
import type { ResultTable } from "../../src/results/table.ts";
import type { LayoutOptions } from "../../src/results/table_layout.ts";
import { cell, tableOf } from "./fixtures.ts";

const labels = ["amc23 greedy", "hard avg@8"];

/** What the compiler sets: the page's glyphs are drawn from this, or the compiler's complaint is thrown. */
function compiled(table: ResultTable, options: LayoutOptions = {}): string {
  const source = renderTypst(table, options);
  const result = NodeCompiler.create({ workspace: "/nowhere" }).compileHtml({
    mainFileContent: source,
  });
  const html = result.result;
  if (html === null) throw new Error(JSON.stringify(result.takeDiagnostics()?.shortDiagnostics));
  return NodeCompiler.create({ workspace: "/nowhere" }).html(html)!;
}

Deno.test("renderTypst() is compiled, with blocks, marks, published rows and averages", () => {
  const cells = ["1m", "10m"].flatMap((size) => [
    cell("srl → rlvr", labels[0]!, { size, mark: "best" }),
    cell("sft", labels[0]!, { size, mark: "second", over: "problems" }),
  ]);
  const html = compiled(tableOf(["srl → rlvr", "sft"], labels, cells, { tests: 2 }), {
    average: true,
    published: publishedRows("Qwen2.5-7B-Instruct"),
  });
  for (const text of ["10m", "srl → rlvr", "61.3 ± 4.2</strong>", "50.0†", "Holm-corrected"]) {
    assertStringIncludes(html, text);
  }
});

Deno.test("renderTypst() shows names as they are, whatever markup they hold", () => {
  for (
    const evil of [
      '#panic("x")',
      '"; #read("/etc/passwd")',
      "\\u{41} \\",
      "$x$ *b* @a <l>",
      "a\ud800\0b",
      "//",
    ]
  ) {
    const html = compiled(tableOf([evil], labels, [cell(evil, labels[0]!)]));
    assert(html.includes("61.3 ± 4.2"), evil);
  }
  const html = compiled(tableOf(['#panic("x")'], labels, [cell('#panic("x")', labels[0]!)]));
  assertStringIncludes(html.replaceAll("&quot;", '"'), '#panic("x")');
});
