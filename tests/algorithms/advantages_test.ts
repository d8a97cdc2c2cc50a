import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { groupAdvantages, spread } from "../../src/algorithms/advantages.ts";
import { Rng } from "../../src/random/rng.ts";

Deno.test("groupAdvantages() has mean 0 and population deviation 1 where rewards differ", () => {
  for (let round = 0; round < 100; round++) {
    const rng = new Rng("advantages", round);
    const rewards = Array.from({ length: 2 + rng.integer(15) }, () => rng.next() * 2 - 1);
    const { mean, deviation } = spread(groupAdvantages(rewards, 0));
    assertAlmostEquals(mean, 0, 1e-12);
    assertAlmostEquals(deviation, 1, 1e-12);
    const order = (list: number[]) => [...list.keys()].sort((a, b) => list[a]! - list[b]!);
    assertEquals(order(groupAdvantages(rewards, 0.1)), order(rewards));
  }
});

Deno.test("groupAdvantages() is exactly 0 for equal rewards, whatever rounding does to their mean", () => {
  for (const reward of [0.1, 1 / 3, -1, 0, 1e-300, 2 / 3, 0.8000000000000002]) {
    for (let count = 1; count <= 33; count++) {
      const rewards: number[] = Array(count).fill(reward);
      for (const epsilon of [0, 1e-6]) {
        assertEquals(groupAdvantages(rewards, epsilon), Array(count).fill(0));
      }
      assertEquals(spread(rewards), { mean: reward, deviation: 0 });
    }
  }
});

Deno.test("groupAdvantages() adds epsilon to the deviation", () => {
  assertEquals(groupAdvantages([1, 0, 1, 0], 0.5), [0.5, -0.5, 0.5, -0.5]);
  const [high] = groupAdvantages([1, 0, 0, 0, 0, 0, 0, 0], 0);
  assertAlmostEquals(high!, 0.875 / Math.sqrt(7 / 64), 1e-15);
});

Deno.test("spread() is computed in float64", () => {
  // In float32 the two are equal.
  const { deviation } = spread([1, 1 + 1e-10]);
  assertAlmostEquals(deviation, 5e-11, 1e-15);
  assert(groupAdvantages([1, 1 + 1e-10], 0).every((a) => Math.abs(Math.abs(a) - 1) < 1e-6));
});

Deno.test("spread() refuses no rewards, and rewards that are not finite", () => {
  assertThrows(() => spread([]), RangeError, "no rewards");
  assertThrows(() => spread([1, NaN]), RangeError, "a reward of NaN");
  assertThrows(() => spread([Infinity, Infinity]), RangeError, "a reward of Infinity");
});

Deno.test("groupAdvantages() divides by nothing when the epsilon is null", () => {
  assertEquals(groupAdvantages([4, 0, 2, 2], null), [2, -2, 0, 0]);
  assertEquals(groupAdvantages([0.1, 0.1, 0.1], null), [0, 0, 0]);
});
