import { assertAlmostEquals, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { passAtK } from "../../src/results/pass_at_k.ts";
import { golden } from "./golden.ts";

Deno.test("passAtK() equals the exact fraction, up to 1,000 samples", () => {
  assertGreater(golden.passAtK.length, 80);
  for (const { n, right, k, value } of golden.passAtK) {
    assertAlmostEquals(passAtK(n, right, k), value, 1e-12);
  }
});

Deno.test("passAtK() is exactly 0 without a right sample and exactly 1 when k exceeds the wrong ones", () => {
  assertEquals(passAtK(1000, 0, 500), 0);
  assertEquals(passAtK(8, 1, 8), 1);
  assertEquals(passAtK(8, 8, 1), 1);
});

Deno.test("passAtK() with k = 1 is the share of right samples", () => {
  for (let c = 0; c <= 7; c++) assertAlmostEquals(passAtK(7, c, 1), c / 7, 1e-15);
});

Deno.test("passAtK() throws where it is not defined", () => {
  for (
    const [n, c, k] of [[8, 9, 1], [8, -1, 1], [8, 1, 9], [8, 1, 0], [8, 0.5, 1], [
      NaN,
      0,
      1,
    ]] as const
  ) {
    assertThrows(() => passAtK(n, c, k), RangeError);
  }
});

Deno.test("passAtK() is the share of all ways to draw k samples that draw a right one", () => {
  for (let n = 1; n <= 9; n++) {
    for (let right = 0; right <= n; right++) {
      const [hits, draws] = [new Array(n + 1).fill(0), new Array(n + 1).fill(0)];
      // A drawing is a set of bits; the lowest `right` samples are the right ones.
      for (let drawn = 1; drawn < 2 ** n; drawn++) {
        const k = drawn.toString(2).replaceAll("0", "").length;
        draws[k]++;
        if ((drawn & (2 ** right - 1)) !== 0) hits[k]++;
      }
      for (let k = 1; k <= n; k++) {
        assertAlmostEquals(passAtK(n, right, k), hits[k] / draws[k], 1e-12);
      }
    }
  }
});
