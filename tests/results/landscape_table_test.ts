import { assertAlmostEquals, assertEquals } from "@std/assert";
import { separation } from "../../src/results/landscape_table.ts";
import { Rng } from "../../src/random/rng.ts";
import { landscapeOf, scoresOf } from "./landscapes.ts";

Deno.test("separation() is the share of pairs in which the near one is above, ties half", () => {
  const rng = new Rng("separation");
  for (let round = 0; round < 30; round++) {
    const draw = () => Array.from({ length: 1 + rng.integer(12) }, () => rng.integer(6) / 5);
    const [near, far] = [draw(), draw()];
    const points = near.flatMap((x) => far.map((y) => x > y ? 1 : x === y ? 0.5 : 0));
    const share = points.reduce((sum: number, point) => sum + point, 0) / points.length;
    assertAlmostEquals(separation(near, far)!, share, 1e-12);
  }
  assertEquals([separation([], [1]), separation([1], [])], [null, null]);
});

Deno.test("landscapeTable() has a cell for each reward and corruption, with the spread of its scores", () => {
  const table = landscapeOf(["a", "b"]);
  assertEquals(table.cells.length, 20);
  const { spread, count } = table.cells.find(({ corruption }) => corruption === "other")!;
  assertEquals(count, 20);
  // Scores 1 − 0.9 · at / 20 for at = 0 … 19: mean and median in the middle, at 9.5; the quantile p lies p · 19 steps of 0.045 above the least.
  for (const middle of [spread!.mean, spread!.median]) assertAlmostEquals(middle, 0.5725, 1e-12);
  assertAlmostEquals(spread!.lower, 0.325 + 0.75 * 0.045, 1e-12);
  assertAlmostEquals(spread!.upper, 0.775 + 0.25 * 0.045, 1e-12);
  assertAlmostEquals(spread!.low, 0.145 + 0.95 * 0.045, 1e-12);
  assertAlmostEquals(spread!.high, 0.955 + 0.05 * 0.045, 1e-12);
  assertEquals(table.rewards[0]!.apart! > 0.5 && table.rewards[0]!.apart! < 1, true);
});

Deno.test("landscapeTable() counts failures apart and never as a score", () => {
  const scores = scoresOf(["a"]).map((row) =>
    row.corruption === "half" && row.step !== "p0#1"
      ? { ...row, value: null, failure: `error: ${row.step}` }
      : row
  );
  const { cells, failures } = landscapeOf(["a", "b"], scores);
  const half = cells.find(({ corruption }) => corruption === "half")!;
  assertEquals([half.count, half.failures, half.spread?.mean], [1, 19, 1]);
  assertEquals(failures, [{ reward: "a", count: 19, first: "p1#1: error: p1#1" }]);
  assertEquals(cells.at(-1)?.spread, null);
});
