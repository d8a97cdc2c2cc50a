import { assertAlmostEquals, assertEquals } from "@std/assert";
import { permutationTest } from "../../../src/results/statistics/permutation_test.ts";
import { golden } from "./golden.ts";

Deno.test("permutationTest() agrees with SciPy's exact test", () => {
  for (const { differences, p } of golden.permutation) {
    assertAlmostEquals(permutationTest(differences), p, 1e-12);
  }
});

Deno.test("permutationTest() by random signs is near the exact one, and fixed by its seed", () => {
  // Sixteen equal differences, of which four are the other way: a binomial tail.
  const differences = Array.from({ length: 16 }, (_, i) => i < 4 ? -0.5 : 0.5);
  const exact = 2 * (1 + 16 + 120 + 560 + 1820) / 2 ** 16;
  assertAlmostEquals(permutationTest(differences), exact, 0.006);
  assertEquals(permutationTest(differences), permutationTest(differences));
  assertEquals(permutationTest(differences, { replicates: 1 }) >= 0.5, true);
});

Deno.test("permutationTest() says 1 where nothing differs", () => {
  assertEquals(permutationTest([0, 0]), 1);
  assertEquals(permutationTest([]), 1);
});

Deno.test("permutationTest() counts sums that differ by rounding as equal", () => {
  assertEquals(permutationTest([0.1, 0.2, -0.3]), 1);
});
