import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { testFamily } from "../../src/paper/comparisons.ts";
import type { Outcome } from "../../src/results/outcome.ts";
import { holm } from "../../src/results/statistics/holm.ts";

const outcomes = (arm: string, right: number, thought: string): Outcome[] =>
  [1, 2].flatMap((seed) =>
    Array.from({ length: 20 }, (_, p): Outcome => ({
      arm,
      size: "1m",
      seed,
      benchmark: "hard",
      decoding: "greedy",
      problem: `p${p}`,
      sample: 0,
      correct: p < right,
      extracted: null,
      expected: "7",
      completion: `<think>${thought}</think>7`,
      tokens: 1,
      truncated: false,
    }))
  );
const all = [
  ...outcomes("a", 18, "long thought"),
  ...outcomes("b", 2, "no"),
  ...outcomes("c", 3, "no"),
];

Deno.test("testFamily() corrects over the whole family, taking the larger p of both tests", () => {
  const { tests } = testFamily(
    { of: "x", columns: ["hard greedy"], pairs: [["a", "b"], ["b", "c"], ["a", "c"]] },
    all,
  );
  assertEquals(
    tests.map(({ adjusted }) => adjusted),
    holm(tests.map(({ p, permutationP }) => Math.max(p, permutationP))),
  );
  assertEquals(tests.map(({ adjusted }) => adjusted < 0.05), [true, false, true]);
});

Deno.test("testFamily() measures thoughts in characters", () => {
  const [test] = testFamily({ of: "x", columns: ["hard thought"], pairs: [["a", "b"]] }, all).tests;
  assertAlmostEquals(test!.difference, 10, 1e-9);
  assertEquals([test!.firstMean, test!.secondMean].map(Math.round), [12, 2]);
});

Deno.test("testFamily() refuses an arm without outcomes", () => {
  const family = { of: "x", columns: ["hard greedy"], pairs: [["a", "d"]] } as const;
  assertThrows(() => testFamily(family, all), Error, 'arm "d" has no outcomes');
});
