import { assertAlmostEquals, assertEquals } from "@std/assert";
import { partsOf } from "../../../src/results/statistics/variance.ts";
import { golden } from "./golden.ts";

Deno.test("partsOf() estimates the variance between seeds as statsmodels' analysis of variance does", () => {
  for (const { scores, between } of golden.variance) {
    assertAlmostEquals(partsOf(scores).seedVariance, between, 1e-12);
  }
  assertEquals(golden.variance.some(({ between }) => between > 0.01), true);
});

Deno.test("partsOf() gives effects that sum to 0, and no variance between one seed", () => {
  const { problemEffects, seedVariance, mean } = partsOf([[0, 1, 0.5]]);
  assertEquals([mean, seedVariance], [0.5, 0]);
  assertAlmostEquals(problemEffects.reduce((a, b) => a + b), 0, 1e-15);
});

Deno.test("partsOf() puts all spread between seeds where there is one problem", () => {
  assertEquals(partsOf([[0], [1]]).seedVariance, 0.5);
});
