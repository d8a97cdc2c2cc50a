import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { bootstrap } from "../../../src/results/statistics/bootstrap.ts";

const grid = [[0, 1, 0.5, 0.25], [0.5, 1, 0.5, 0.5]];

Deno.test("bootstrap() keeps pairs: an arm differs from itself by nothing", () => {
  const { estimate, error, draws } = bootstrap([[1, [grid[0]!]], [-1, [grid[0]!]]]);
  assertEquals([estimate, error, new Set(draws).size], [0, 0, 1]);
});

Deno.test("bootstrap() adds each arm's variance between seeds", () => {
  const apart = [[0, 0.1, 0.2], [0.8, 0.9, 1]];
  const [one, two] = [bootstrap([[1, apart]]), bootstrap([[1, apart], [-1, apart]])];
  // Between two seeds 0.8 apart the variance is 0.32, and the mean's half of that.
  assertAlmostEquals(one.error ** 2, 0.16 + 0.01 / 3, 1e-12);
  assertAlmostEquals(two.error ** 2, 0.32, 1e-12);
});

Deno.test("bootstrap() gives ascending draws, as many as asked for, the same for the same seed", () => {
  const { draws } = bootstrap([[1, grid]], { replicates: 50, seed: 3 });
  assertEquals([draws.length, draws], [50, [...draws].sort((a, b) => a - b)]);
  assertEquals(bootstrap([[1, grid]], { replicates: 50, seed: 3 }).draws, draws);
});

Deno.test("bootstrap() refuses grids that do not match", () => {
  for (const grids of [[], [[1, [[0]]]], [[1, grid], [-1, [[0, 1]]]]] as const) {
    assertThrows(() => bootstrap(grids), RangeError, "same problems");
  }
  assertThrows(() => bootstrap([[1, grid]], { replicates: 0 }), RangeError, "replicates");
});
