import { assertEquals, assertStringIncludes } from "@std/assert";
import { publishedRows } from "../../src/benchmarks/published_rows.ts";
import { renderHtml } from "../../src/results/render_html.ts";
import { cell, tableOf } from "./fixtures.ts";

const labels = ["amc23 greedy"];

Deno.test("renderHtml() writes headings, marks, blocks and the caption", () => {
  const cells = ["1m", "10m"].flatMap((size) => [
    cell("srl", labels[0]!, { size, mark: "best" }),
    cell("sft", labels[0]!, { size, mark: "second" }),
  ]);
  const text = renderHtml(tableOf(["srl", "sft"], labels, cells, { tests: 2 }));
  assertStringIncludes(
    text,
    '<thead><tr><th scope="col">arm</th><th scope="col">amc23 greedy</th></tr>',
  );
  assertStringIncludes(text, '<th scope="rowgroup" colspan="2">10m</th>');
  assertEquals(text.match(/<b>61.3 ± 4.2<\/b>/g)?.length, 2);
  assertEquals(text.match(/<u>61.3 ± 4.2<\/u>/g)?.length, 2);
  assertStringIncludes(text, "Holm-corrected, p &lt; 0.05");
});

Deno.test("renderHtml() closes every tag it opens, and runs nothing that a name holds", () => {
  const evil = `<script>alert("1")</script>'&`;
  const published = publishedRows("Qwen2.5-7B-Instruct");
  const text = renderHtml(tableOf([evil], labels, [cell(evil, labels[0]!)]), { published });
  assertEquals(text.includes("<script"), false);
  assertStringIncludes(text, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;");
  const open: string[] = [];
  for (const [, close, name] of text.matchAll(/<(\/?)([a-z]+)[^>]*>/g)) {
    if (close === "") open.push(name!);
    else assertEquals(open.pop(), name);
  }
  assertEquals(open, []);
  assertEquals(text.match(/<tr class="published">/g)?.length, published.rows.length);
});
