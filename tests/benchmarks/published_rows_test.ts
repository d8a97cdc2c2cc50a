import { assertEquals, assertThrows } from "@std/assert";
import { publishedRows } from "../../src/benchmarks/published_rows.ts";
import { InputError } from "../../src/errors.ts";
import { parseColumn } from "../../src/results/columns.ts";

Deno.test("publishedRows() names columns as tables do, seven to a row", () => {
  const { rows, source } = publishedRows("Qwen2.5-3B-Instruct");
  assertEquals(source, "Deng et al., arXiv 2510.25992 v3, Qwen2.5-3B-Instruct");
  for (const { scores } of rows) {
    const labels = Object.keys(scores);
    assertEquals(labels.map((label) => parseColumn(label).label), labels);
    assertEquals(labels.length, 7);
  }
  assertEquals(rows.at(-1), {
    name: "SRL → RLVR",
    average: 19.5,
    scores: {
      "amc23 avg@32": 37.5,
      "amc23 greedy": 47.5,
      "aime24 avg@32": 6.7,
      "aime24 greedy": 3.3,
      "aime25 avg@32": 6.7,
      "aime25 greedy": 6.7,
      "minerva greedy": 28.3,
    },
  });
});

Deno.test("publishedRows() names the nearest base model", () => {
  assertThrows(() => publishedRows("qwen2.5-7b-instruc"), InputError, '"Qwen2.5-7B-Instruct"');
  assertThrows(() => publishedRows("llama"), InputError, "expected Qwen2.5-7B-Instruct or");
});
