import { assertEquals, assertLess } from "@std/assert";
import { levenshtein, levenshteinRatio } from "../../src/rewards/levenshtein.ts";
import { assertGolden } from "./golden.ts";

Deno.test("levenshtein() equals rapidfuzz's normalized_similarity to the last bit", async () => {
  await assertGolden("levenshtein", levenshtein(), 0);
});

Deno.test("levenshteinRatio() compares code points, and two empty texts are equal", () => {
  assertEquals(levenshteinRatio("", ""), 1);
  assertEquals(levenshteinRatio("", "ab"), 0);
  assertEquals(levenshteinRatio("𝟙𝟚", "𝟙𝟛"), 0.5);
  assertEquals(levenshteinRatio("\ud835", "𝟙"), 0);
});

Deno.test("levenshteinRatio() compares 4,000 characters, and a megabyte with them, in no time", () => {
  const text = (seed: number, length: number) =>
    Array.from({ length }, (_, i) => String.fromCharCode(97 + (i * seed ^ i >> 3) % 23)).join("");
  const begun = performance.now();
  for (let i = 0; i < 20; i++) levenshteinRatio(text(7, 4000), text(11, 4000));
  levenshteinRatio("a".repeat(1_000_000), text(5, 4000));
  // 20 pairs take a tenth of a second here and the long one half of one; the rest is for a busy machine.
  assertLess(performance.now() - begun, 10_000);
});
