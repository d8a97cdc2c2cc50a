import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { scoreGrid } from "../../../src/results/statistics/score_grid.ts";

const row = (seed: number, problem: string, score = 0.5) => ({ seed, problem, score });

Deno.test("scoreGrid() orders seeds and problems, whatever the order of the rows", () => {
  const rows = [row(10, "b", 1), row(2, "a", 0), row(10, "a", 0.25), row(2, "b", 0.75)];
  const grid = { seeds: [2, 10], problems: ["a", "b"], scores: [[0, 0.75], [0.25, 1]] };
  assertEquals(scoreGrid(rows), grid);
  assertEquals(scoreGrid(rows.toReversed()), grid);
});

Deno.test("scoreGrid() refuses gaps, repeats and nothing", () => {
  assertThrows(
    () => scoreGrid([row(0, "a"), row(0, "b"), row(1, "a")]),
    InputError,
    "seed 1 lacks",
  );
  assertThrows(() => scoreGrid([row(0, "a"), row(0, "a")]), InputError, "twice");
  assertThrows(() => scoreGrid([]), InputError, "no rows");
});
