import { assertEquals, assertThrows } from "@std/assert";
import { publishedRows } from "../../src/benchmarks/published_rows.ts";
import { InputError } from "../../src/errors.ts";
import { type LayoutOptions, layoutTable } from "../../src/results/table_layout.ts";
import { cell, tableOf } from "./fixtures.ts";

const labels = ["hard greedy", "hard avg@8", "easy greedy"];
const arms = ["base", "srl"];
const cells = ["1m", "10m"].flatMap((size) =>
  arms.flatMap((arm) => labels.map((label, i) => cell(arm, label, { size, mean: 0.1 * (i + 1) })))
);
const table = tableOf(arms, labels, cells);

const names = (options: LayoutOptions) => {
  const { corner, columns, blocks } = layoutTable(table, options);
  return [corner, columns, blocks.map(({ title, rows }) => [title, rows.map(({ name }) => name)])];
};

Deno.test("layoutTable() has arms by columns, a block per size, if not told otherwise", () => {
  assertEquals(names({}), ["arm", labels, [["1m", arms], ["10m", arms]]]);
});

Deno.test("layoutTable() spreads any axis over rows and columns", () => {
  assertEquals(names({ rows: ["benchmark", "metric"], columns: ["size"] }), [
    "benchmark, metric",
    ["1m", "10m"],
    [["base", labels], ["srl", labels]],
  ]);
  assertEquals(names({ rows: ["arm", "size"] }), [
    "arm, size",
    labels,
    [["", ["base, 1m", "base, 10m", "srl, 1m", "srl, 10m"]]],
  ]);
  // There is no easy avg@8: nothing stands for it.
  assertEquals(names({ rows: ["benchmark"], columns: ["metric"] }), [
    "benchmark",
    ["greedy", "avg@8"],
    [
      ["base, 1m", ["hard", "easy"]],
      ["base, 10m", ["hard", "easy"]],
      ["srl, 1m", ["hard", "easy"]],
      ["srl, 10m", ["hard", "easy"]],
    ],
  ]);
});

Deno.test("layoutTable() puts every cell where its row and column say", () => {
  const { blocks } = layoutTable(table, { rows: ["benchmark"], columns: ["metric"] });
  assertEquals(blocks[0]!.rows.map(({ cells }) => cells.map(({ text }) => text.slice(0, 4))), [
    ["10.0", "20.0"],
    ["30.0", "–"],
  ]);
});

Deno.test("layoutTable() averages whole rows only, and says that no test stands behind it", () => {
  const fewer = tableOf(arms, labels, cells.slice(0, -1).filter(({ size }) => size === "10m"));
  const { columns, blocks, notes } = layoutTable(fewer, { average: true });
  assertEquals(columns.at(-1), "average");
  assertEquals(blocks[0]!.rows.map(({ cells }) => cells.at(-1)!.text), ["20.0", "–"]);
  assertEquals(notes, ["Average: the mean of the row's columns, without interval or test."]);
});

const paper = [
  "amc23 avg@32",
  "amc23 greedy",
  "aime24 avg@32",
  "aime24 greedy",
  "aime25 avg@32",
  "aime25 greedy",
  "minerva greedy",
];
const own = tableOf(["mine"], paper, paper.map((label) => cell("mine", label, { mean: 0.5 })));

Deno.test("layoutTable() sets published rows below, marked, with both averages where they differ", () => {
  const published = publishedRows("Qwen2.5-7B-Instruct");
  const { blocks, notes } = layoutTable(own, { average: true, published });
  const rows = blocks[0]!.rows;
  assertEquals(rows.map((row) => row.published), [false, ...published.rows.map(() => true)]);
  const texts = (name: string) => rows.find((row) => row.name === name)!.cells.map((c) => c.text);
  assertEquals(texts("SRL").slice(0, 2), ["51.5†", "50.0†"]);
  assertEquals(texts("SRL").at(-1), "27.6 (26.9)†");
  assertEquals(texts("RLVR").at(-1), "24.5†");
  // The measured average is that of the measured row.
  assertEquals(rows[0]!.cells.at(-1)!.text, "50.0");
  assertEquals(
    rows.some((row) => row.published && row.cells.some(({ mark }) => mark !== null)),
    false,
  );
  assertEquals(notes.length, 3);
});

Deno.test("layoutTable() gives no published average over other columns than were published", () => {
  const published = publishedRows("Qwen2.5-7B-Instruct");
  const two = tableOf(["mine"], paper.slice(0, 2), [
    cell("mine", paper[0]!),
    cell("mine", paper[1]!),
  ]);
  const { blocks } = layoutTable(two, { average: true, published });
  assertEquals(blocks[0]!.rows.map(({ cells }) => cells.at(-1)!.text), [
    "61.3",
    ...published.rows.map(() => "–"),
  ]);
});

Deno.test("layoutTable() refuses axes that are wrong, twice or missing", () => {
  const published = publishedRows("Qwen2.5-7B-Instruct");
  for (
    const [options, message] of [
      [{ rows: ["arms" as "arm"] }, '"arms"'],
      [{ rows: ["arm", "metric"] }, '"metric" twice'],
      [{ columns: [] }, "an axis each"],
      [{ columns: ["size"], average: true }, "average and published need"],
      [{ rows: ["arm", "size"], published }, "arms as rows"],
    ] as const
  ) assertThrows(() => layoutTable(table, options), InputError, message);
});
