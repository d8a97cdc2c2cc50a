import { assert, assertEquals } from "@std/assert";
import { paperTable } from "../../src/benchmarks/paper_table.ts";
import { PUBLISHED_COLUMNS } from "../../src/benchmarks/published.ts";
import { summaryOf } from "./samples.ts";

const ALL = PUBLISHED_COLUMNS.map(({ benchmark, decoding }, i) =>
  summaryOf({
    benchmark,
    decoding,
    samples: decoding === "greedy" ? 1 : 32,
    score: { mean: i / 10, low: 0, high: 1, over: "problems" },
  })
);

Deno.test("paperTable() has the published columns in the published order, and the average of all seven", () => {
  const table = paperTable({ name: "mine", summaries: [...ALL].reverse(), temperature: 1 })!;
  assertEquals(table.columns.map((names) => names.join(" ").trim()), [
    "AMC23 avg@32",
    "AMC23 greedy",
    "AIME24 avg@32",
    "AIME24 greedy",
    "AIME25 avg@32",
    "AIME25 greedy",
    "Minerva greedy",
    "Average",
  ]);
  const [own, ...published] = table.sections;
  assertEquals(own?.rows, [{
    name: "mine",
    cells: ["0.0", "10.0", "20.0", "30.0", "40.0", "50.0", "60.0", "30.0"],
  }]);
  assertEquals(published.map(({ published, title, rows }) => [published, title, rows.length]), [
    [true, "published: Qwen2.5-7B-Instruct", 9],
    [true, "published: Qwen2.5-3B-Instruct", 3],
  ]);
  assertEquals(published[0]?.rows.at(-1), {
    name: "SRL → RLVR",
    cells: ["52.1", "57.5", "13.3", "20.0", "8.6", "10.0", "36.4", "28.3"],
  });
  assertEquals(table.notes.length, 2);
});

Deno.test("paperTable() shows what was measured alone, and no average of less than all", () => {
  const summaries = [
    summaryOf({ decoding: "sampled", samples: 8 }),
    summaryOf({ benchmark: "gsm8k" }),
    summaryOf({ benchmark: "minerva" }),
  ];
  const table = paperTable({ name: "mine", summaries, temperature: 0.6 })!;
  assertEquals(table.columns, [["AIME24", "avg@k"], ["Minerva", "greedy"]]);
  assertEquals(table.sections[1]?.rows[0], { name: "base", cells: ["10.5", "34.9"] });
  assert(table.notes.includes("avg@k: k is 8 here and 32 as published."));
  assert(table.notes.includes("Samples are at temperature 0.6 here and 1 as published."));
});

Deno.test("paperTable() is null where nothing of the published table was measured", () => {
  const summaries = [
    summaryOf({ benchmark: "gsm8k" }),
    summaryOf({ benchmark: "minerva", decoding: "sampled" }),
  ];
  assertEquals(paperTable({ name: "mine", summaries, temperature: 1 }), null);
});
