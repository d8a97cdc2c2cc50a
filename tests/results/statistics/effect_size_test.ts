import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { cohensH, pairedCohensD } from "../../../src/results/statistics/effect_size.ts";
import { golden } from "./golden.ts";

Deno.test("cohensH() agrees with statsmodels", () => {
  for (const { p, q, h } of golden.cohensH) assertAlmostEquals(cohensH(p, q), h, 1e-12);
});

Deno.test("cohensH() takes a mean that rounding put past 1, and refuses other numbers", () => {
  assertEquals(cohensH(1 + 1e-15, 0), Math.PI);
  for (const p of [NaN, -0.1, 1.1]) assertThrows(() => cohensH(p, 0.5), RangeError, "proportion");
});

Deno.test("pairedCohensD() is SciPy's paired t over √n", () => {
  for (const { a, b, d } of golden.pairedD) {
    assertAlmostEquals(pairedCohensD(a.map((x, i) => x - b[i]!))!, d, 1e-12);
  }
});

Deno.test("pairedCohensD() is null without spread", () => {
  assertEquals(pairedCohensD([0.5, 0.5]), null);
  assertEquals(pairedCohensD([1]), null);
});
