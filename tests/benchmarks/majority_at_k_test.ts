import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { majorityAtK, type Votes } from "../../src/benchmarks/majority_at_k.ts";
import { Rng } from "../../src/random/rng.ts";

/** Every choice of k samples, voted for one by one. */
function enumerated(votes: readonly Votes[], silent: number, k: number): number {
  const samples = [
    ...votes.flatMap(({ count }, answer) => Array.from({ length: count }, () => answer)),
    ...Array.from({ length: silent }, () => -1),
  ];
  let sum = 0;
  let choices = 0;
  for (let mask = 0; mask < 2 ** samples.length; mask++) {
    const chosen = samples.filter((_, i) => (mask >> i) & 1);
    if (chosen.length !== k) continue;
    choices++;
    const counts = votes.map((_, answer) => chosen.filter((given) => given === answer).length);
    const most = Math.max(0, ...counts);
    const first = most === 0 ? [] : votes.filter((_, answer) => counts[answer] === most);
    if (first.length > 0) sum += first.filter(({ right }) => right).length / first.length;
  }
  return sum / choices;
}

Deno.test("majorityAtK() equals hand-computed cases", () => {
  const right = (count: number) => ({ count, right: true });
  const wrong = (count: number) => ({ count, right: false });
  // All samples vote: the larger group wins, a tie is a coin.
  assertEquals(majorityAtK([right(3), wrong(2)], 0, 5), 1);
  assertEquals(majorityAtK([right(2), wrong(3)], 0, 5), 0);
  assertEquals(majorityAtK([right(2), wrong(2)], 1, 5), 0.5);
  assertEquals(majorityAtK([right(1), wrong(1), wrong(1)], 0, 3), 1 / 3);
  // One vote is the share of right samples, those without an answer included.
  assertEquals(majorityAtK([right(3), wrong(2)], 5, 1), 0.3);
  // Three of 5: the right answer wins only with both of its samples, in C(2,2)·C(3,1) = 3 of C(5,3) = 10 choices.
  assertAlmostEquals(majorityAtK([right(2), wrong(3)], 0, 3), 3 / 10, 1e-15);
  // The same with wrong answers that all differ: one right sample, in C(2,1)·C(3,2) = 6 choices, is a three-way tie.
  const scattered = [right(2), wrong(1), wrong(1), wrong(1)];
  assertAlmostEquals(majorityAtK(scattered, 0, 3), 3 / 10 + 6 / 10 / 3, 1e-15);
  assertEquals(majorityAtK([], 4, 2), 0);
  assertEquals(majorityAtK([wrong(4)], 0, 2), 0);
});

Deno.test("majorityAtK() equals the enumeration of every vote of every size", () => {
  const rng = new Rng("majority");
  for (let round = 0; round < 40; round++) {
    const votes = Array.from({ length: 1 + rng.integer(5) }, () => ({
      count: rng.integer(4),
      right: rng.chance(0.4),
    }));
    const silent = rng.integer(3);
    const samples = votes.reduce((sum, { count }) => sum + count, silent);
    for (let k = 1; k <= Math.min(samples, 12); k++) {
      if (samples > 14) continue;
      assertAlmostEquals(majorityAtK(votes, silent, k), enumerated(votes, silent, k), 1e-12);
    }
  }
});

Deno.test("majorityAtK() with answers that are all right is 1 wherever somebody votes, also of many samples", () => {
  const votes = Array.from({ length: 20 }, () => ({ count: 10, right: true }));
  for (const k of [1, 7, 32, 200]) assertAlmostEquals(majorityAtK(votes, 0, k), 1, 1e-9);
  const thousand = [{ count: 600, right: true }, { count: 400, right: false }];
  const chance = majorityAtK(thousand, 0, 101);
  assert(chance > 0.97 && chance < 1, `${chance}`);
});

Deno.test("majorityAtK() refuses a vote that is not defined", () => {
  const votes = [{ count: 3, right: true }];
  for (const k of [0, 4, 1.5, NaN]) assertThrows(() => majorityAtK(votes, 0, k), RangeError);
  assertThrows(() => majorityAtK([{ count: 1001, right: true }], 0, 1), RangeError);
  assertThrows(() => majorityAtK([{ count: -1, right: true }], 3, 1), RangeError);
});
