import { assertEquals } from "@std/assert";
import { metricRows, outcomeRows, scoreRows } from "../../src/results/rows.ts";
import { buildTable } from "../../src/results/table.ts";

const cell = { arm: "srl", size: "1m", seed: 0, stage: "srl", position: 0 };

Deno.test("metricRows() has every metric of any row, step first, and null where there is none", () => {
  const table = metricRows([
    { ...cell, row: { step: 1, reward: 0.5 } },
    { ...cell, seed: 1, row: { step: 2, loss: null, accuracy: 1 } },
  ]);
  assertEquals(table.columnNames(), [
    ...["arm", "size", "seed", "stage", "position", "step"],
    ...["accuracy", "loss", "reward"],
  ]);
  assertEquals(table.array("accuracy"), [null, 1]);
  assertEquals(table.array("seed"), [0, 1]);
});

Deno.test("outcomeRows() and metricRows() of nothing are empty", () => {
  assertEquals([outcomeRows([]).numRows(), metricRows([]).numRows()], [0, 0]);
});

Deno.test("scoreRows() counts seeds and problems, and leaves fractions as they are", () => {
  const rest = { extracted: "7", expected: "7", completion: "7", tokens: 1, truncated: false };
  const outcomes = [0, 1].flatMap((seed) =>
    ["p1", "p2", "p3"].map((problem) => ({
      ...{ arm: "srl", size: "1m", seed, benchmark: "easy", decoding: "greedy", problem } as const,
      ...{ sample: 0, correct: problem === "p1", ...rest },
    }))
  );
  const [row] = scoreRows(buildTable({
    outcomes,
    arms: ["srl"],
    columns: ["easy greedy"],
    title: "t",
    question: "q",
    provenance: { dirty: false, commit: "0123abc" },
  })).objects() as Record<string, unknown>[];
  assertEquals([row?.mean, row?.seeds, row?.problems], [1 / 3, 2, 3]);
});
