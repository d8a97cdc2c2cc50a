import { assertEquals } from "@std/assert";
import { levenshteinDistance } from "../../src/rewards/levenshtein_distance.ts";
import { lastOf, randomPairs } from "./tables.ts";

Deno.test("levenshteinDistance() equals the table computed cell by cell", () => {
  for (const [a, b] of randomPairs(1, 600)) {
    const expected = lastOf(
      a,
      b,
      (i) => i,
      (same, diagonal, up, left) => Math.min(diagonal + (same ? 0 : 1), up + 1, left + 1),
    );
    assertEquals(levenshteinDistance(a, b), expected, `${a} ${b}`);
    assertEquals(levenshteinDistance(b, a), expected, `${b} ${a}`);
  }
});

Deno.test("levenshteinDistance() takes texts of which one is empty, equal, or part of the other", () => {
  assertEquals(levenshteinDistance("", ""), 0);
  assertEquals(levenshteinDistance("", "abc"), 3);
  assertEquals(levenshteinDistance("a".repeat(100), "a".repeat(100)), 0);
  assertEquals(levenshteinDistance("a".repeat(70), "a".repeat(100)), 30);
  assertEquals(levenshteinDistance("x".repeat(64), "y".repeat(64)), 64);
});
