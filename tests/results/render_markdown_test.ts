import { assertEquals, assertStringIncludes } from "@std/assert";
import { renderMarkdown } from "../../src/results/render_markdown.ts";
import { cell, tableOf } from "./fixtures.ts";

Deno.test("renderMarkdown() writes a whole table", () => {
  const cells = [
    cell("base", "hard greedy", { mean: 0, low: 0, high: 0.037, over: "problems", seeds: [0] }),
    cell("srl → rlvr", "hard greedy", { mark: "best" }),
  ];
  const text = renderMarkdown(
    tableOf(["base", "srl → rlvr"], ["hard greedy", "easy greedy"], cells),
  );
  assertEquals(text.split("\n").slice(0, 8), [
    "# quickstart",
    "",
    "Does SRL help?",
    "",
    "| arm        |    hard greedy | easy greedy |",
    "| ---------- | -------------: | ----------: |",
    "| base       | 0.0 [0.0, 3.7] |           – |",
    "| srl → rlvr | **61.3 ± 4.2** |           – |",
  ]);
  assertStringIncludes(text, "Bold: ahead of every other arm");
  assertEquals(text.endsWith(".\n"), true);
});

Deno.test("renderMarkdown() gives several sizes a heading each", () => {
  const cells = ["1m", "10m"].map((size) => cell("srl", "hard greedy", { size }));
  const text = renderMarkdown(tableOf(["srl"], ["hard greedy"], cells));
  assertEquals(text.match(/^## .*$/gm), ["## 1m", "## 10m"]);
});

Deno.test("renderMarkdown() does not let a name break the table", () => {
  const text = renderMarkdown(
    tableOf(["a|b\nc"], ["hard greedy"], [cell("a|b\nc", "hard greedy")]),
  );
  assertStringIncludes(text, "| a\\|b c |");
});

Deno.test("renderMarkdown() underlines the second, and takes any layout", () => {
  const cells = ["1m", "10m"].map((size) => cell("srl", "hard greedy", { size, mark: "second" }));
  const table = tableOf(["srl"], ["hard greedy"], cells);
  const text = renderMarkdown(table, { rows: ["size"], columns: ["arm"] });
  assertStringIncludes(text, "| 10m  | <u>61.3 ± 4.2</u> |");
});
