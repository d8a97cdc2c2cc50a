import { assertEquals } from "@std/assert";
import { markCells, type MarkedCell } from "../../src/results/marks.ts";

/** Cells of arms that solve the first so many of 60 problems in each seed. */
function input(arms: Readonly<Record<string, readonly number[]>>, problems = 60) {
  const shared = { size: "1m", benchmark: "hard", metric: "greedy" } as const;
  const scores = Object.entries(arms).flatMap(([arm, seeds]) =>
    seeds.flatMap((right, seed) =>
      Array.from({ length: problems }, (_, i) => ({
        ...shared,
        arm,
        seed,
        samples: 1,
        problem: `p${i}`,
        score: Number(i < right),
      }))
    )
  );
  const cells: MarkedCell[] = Object.entries(arms).map(([arm, seeds]) => ({
    ...shared,
    arm,
    mean: seeds.reduce((sum, right) => sum + right / problems, 0) / seeds.length,
  }));
  return [cells, scores] as const;
}

Deno.test("markCells() marks best and second where both are ahead of all below", () => {
  const { marks, tests } = markCells(
    ...input({ base: [2, 3, 2], srl: [50, 52, 51], sft: [25, 24, 26] }),
  );
  assertEquals([marks, tests], [[null, "best", "second"], 3]);
});

Deno.test("markCells() marks no second where the best is not ahead of it", () => {
  assertEquals(markCells(...input({ base: [2], srl: [50], rlvr: [49] })).marks, [null, null, null]);
});

Deno.test("markCells() does not take a lucky seed for an arm that is ahead", () => {
  assertEquals(markCells(...input({ base: [20, 21, 22], srl: [3, 58, 20] })).marks, [null, null]);
  // The same means with steady seeds are ahead.
  assertEquals(markCells(...input({ base: [20, 21, 22], srl: [34, 36, 35] })).marks, [
    null,
    "best",
  ]);
});

Deno.test("markCells() marks nothing where arms are alike, alone, or have one problem", () => {
  assertEquals(markCells(...input({ base: [30], srl: [30] })).marks, [null, null]);
  assertEquals(markCells(...input({ srl: [30] })), { marks: [null], tests: 0 });
  assertEquals(markCells(...input({ base: [0], srl: [1] }, 1)), { marks: [null, null], tests: 0 });
  assertEquals(markCells([], []), { marks: [], tests: 0 });
});

Deno.test("markCells() asks more of a difference in a table with more tests", () => {
  const pair = input({ base: [30], srl: [37] });
  assertEquals(markCells(...pair).marks, [null, "best"]);
  const more = Array.from({ length: 40 }, (_, i) => {
    const [cells, scores] = input({ base: [30], srl: [30] });
    const benchmark = `b${i}`;
    return [
      cells.map((cell) => ({ ...cell, benchmark })),
      scores.map((score) => ({ ...score, benchmark })),
    ] as const;
  });
  const cells = [...pair[0], ...more.flatMap(([cells]) => cells)];
  const scores = [...pair[1], ...more.flatMap(([, scores]) => scores)];
  assertEquals(markCells(cells, scores).marks.slice(0, 2), [null, null]);
});
