import { assert, assertStringIncludes } from "@std/assert";
import start, { TypstCompilerBuilder } from "@myriaddreamin/typst-ts-web-compiler";
import { createRequire } from "node:module";
import { publishedRows } from "../../src/benchmarks/published_rows.ts";
import { renderTypst } from "../../src/results/render_typst.ts";
import type { ResultTable } from "../../src/results/table.ts";
import type { LayoutOptions } from "../../src/results/table_layout.ts";
import { cell, tableOf } from "./fixtures.ts";

const labels = ["amc23 greedy", "hard avg@8"];

await start({
  module_or_path: await Deno.readFile(
    createRequire(import.meta.url).resolve("@myriaddreamin/typst-ts-web-compiler/wasm"),
  ),
});

/** The figure as the compiler understands it, as JSON; or its complaint is thrown. */
async function compiled(table: ResultTable, options: LayoutOptions = {}): Promise<string> {
  const builder = new TypstCompilerBuilder();
  builder.set_dummy_access_model();
  const compiler = await builder.build();
  compiler.add_source("/main.typ", renderTypst(table, options));
  return compiler.query("/main.typ", undefined, "figure");
}

/** A text in the compiler's words. */
const words = (text: string) => `"text": ${JSON.stringify(text)}`;

Deno.test("renderTypst() is compiled, with blocks, marks, published rows and averages", async () => {
  const cells = ["1m", "10m"].flatMap((size) => [
    cell("srl → rlvr", labels[0]!, { size, mark: "best" }),
    cell("sft", labels[0]!, { size, mark: "second", over: "problems" }),
  ]);
  const json = await compiled(tableOf(["srl → rlvr", "sft"], labels, cells, { tests: 2 }), {
    average: true,
    published: publishedRows("Qwen2.5-7B-Instruct"),
  });
  for (const text of ["10m", "srl → rlvr", "61.3 ± 4.2", "50.0†"]) {
    assertStringIncludes(json, words(text));
  }
  assertStringIncludes(json, "Holm-corrected");
  const marked = json.replace(/\s+/g, " ");
  assertStringIncludes(
    marked,
    '"func": "strong", "body": { "func": "text", "text": "61.3 ± 4.2" }',
  );
});

Deno.test("renderTypst() shows names as they are, whatever markup they hold", async () => {
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
    const json = await compiled(tableOf([evil], labels, [cell(evil, labels[0]!)]));
    assert(json.includes(words("61.3 ± 4.2")), evil);
  }
  const json = await compiled(tableOf(['#panic("x")'], labels, [cell('#panic("x")', labels[0]!)]));
  assertStringIncludes(json, words('#panic("x")'));
});
