import {
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertLess,
  assertThrows,
} from "@std/assert";
import { scoreInterval } from "../../src/results/interval.ts";
import { golden } from "./golden.ts";

Deno.test("scoreInterval() equals SciPy's t.interval over the seeds' scores", () => {
  assertGreater(golden.seeds.length, 25);
  for (const { scores, mean, low, high } of golden.seeds) {
    const found = scoreInterval(scores, 100);
    assertEquals(found.over, "seeds");
    assertAlmostEquals(found.mean, mean, 1e-12);
    assertAlmostEquals(found.low, low, 1e-10);
    assertAlmostEquals(found.high, high, 1e-10);
  }
});

Deno.test("scoreInterval() equals SciPy's Wilson interval over problems for one seed", () => {
  assertGreater(golden.wilson.length, 20);
  for (const { right, n, low, high } of golden.wilson) {
    const found = scoreInterval([right / n], n);
    assertEquals(found.over, "problems");
    assertAlmostEquals(found.low, low, 1e-12);
    assertAlmostEquals(found.high, high, 1e-12);
  }
});

Deno.test("scoreInterval() does not claim certainty when all seeds score alike", () => {
  const zero = scoreInterval([0, 0, 0], 100);
  assertEquals([zero.over, zero.mean, zero.low], ["problems", 0, 0]);
  assertAlmostEquals(zero.high, 0.037, 1e-3);
  // 0.1 + 0.2 and 0.3 differ in the last bit: no spread to estimate from.
  assertEquals(scoreInterval([0.1 + 0.2, 0.3], 100).over, "problems");
});

Deno.test("scoreInterval() keeps the mean within the interval at 0 and 1", () => {
  for (const n of [1, 3, 10, 1000]) {
    for (const p of [0, 1]) {
      const { low, high } = scoreInterval([p], n);
      assertEquals(Math.min(Math.max(p, low), high), p);
      assertLess(low, high);
    }
  }
});

Deno.test("scoreInterval() throws without scores or problems", () => {
  assertThrows(() => scoreInterval([], 10), RangeError);
  assertThrows(() => scoreInterval([0.5], 0), RangeError);
});
