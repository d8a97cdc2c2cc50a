import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { holm } from "../../../src/results/statistics/holm.ts";
import { golden } from "./golden.ts";

Deno.test("holm() agrees with statsmodels", () => {
  for (const { p, adjusted } of golden.holm) {
    holm(p).forEach((value, i) => assertAlmostEquals(value, adjusted[i]!, 1e-12));
  }
});

Deno.test("holm() takes an empty family, and refuses what is no p-value", () => {
  assertEquals(holm([]), []);
  for (const p of [NaN, -0.1, 1.1]) assertThrows(() => holm([0.5, p]), RangeError, "p-value");
});
