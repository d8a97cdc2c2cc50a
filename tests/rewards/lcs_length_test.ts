import { assertEquals } from "@std/assert";
import { internPair } from "../../src/rewards/elements.ts";
import { lcsLength } from "../../src/rewards/lcs_length.ts";
import { lastOf, randomPairs } from "./tables.ts";

Deno.test("lcsLength() equals the table computed cell by cell", () => {
  for (const [a, b] of randomPairs(2, 600)) {
    const expected = lastOf(
      a,
      b,
      () => 0,
      (same, diagonal, up, left) => same ? diagonal + 1 : Math.max(up, left),
    );
    assertEquals(lcsLength(internPair(a, b, "char")), expected, `${a} ${b}`);
  }
});

Deno.test("lcsLength() counts exactly where words of 32 cells end", () => {
  for (const length of [1, 31, 32, 33, 64, 65]) {
    const text = "a".repeat(length);
    assertEquals(lcsLength(internPair(text, text, "char")), length);
    assertEquals(lcsLength(internPair("b".repeat(length), text, "char")), 0);
  }
  assertEquals(lcsLength(internPair("", "", "char")), 0);
});
