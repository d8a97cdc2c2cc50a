import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { seedsNeeded, twoSamplePower } from "../../../src/results/statistics/seeds_needed.ts";
import { golden } from "./golden.ts";

Deno.test("twoSamplePower() agrees with SciPy's noncentral t", () => {
  for (const { effect, n, alpha, power } of golden.power) {
    assertAlmostEquals(twoSamplePower(effect, n, alpha), power, 1e-9, `${effect} ${n} ${alpha}`);
  }
});

Deno.test("seedsNeeded() is statsmodels' sample size, rounded up", () => {
  for (const { effect, power, exact } of golden.seeds) {
    const found = seedsNeeded({ difference: effect, deviation: 1, power });
    assertEquals(found, Math.max(2, Math.ceil(exact - 1e-6)), `${effect} ${power}`);
  }
});

Deno.test("seedsNeeded() asks for more where it is to be surer, in either direction", () => {
  const options = { difference: -0.05, deviation: 0.03 };
  assertEquals(seedsNeeded(options), seedsNeeded({ ...options, difference: 0.05 }));
  assertEquals(seedsNeeded({ ...options, power: 0.99 }) > seedsNeeded(options), true);
  assertEquals(seedsNeeded({ ...options, alpha: 0.001 }) > seedsNeeded(options), true);
});

Deno.test("seedsNeeded() refuses what has no answer", () => {
  for (
    const [options, message] of [
      [{ difference: 0, deviation: 1 }, "difference: found 0"],
      [{ difference: 1, deviation: 0 }, "deviation: found 0"],
      [{ difference: 1, deviation: 1, power: 1 }, "power: found 1"],
      [{ difference: 1, deviation: 1, alpha: NaN }, "alpha: found NaN"],
      [{ difference: 1e-4, deviation: 1 }, "more than 10000"],
    ] as const
  ) assertThrows(() => seedsNeeded(options), InputError, message);
});
