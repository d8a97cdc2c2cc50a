import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { Rng } from "../../../src/random/rng.ts";
import {
  comparePaired,
  pairedDifference,
  problemDifferences,
} from "../../../src/results/statistics/compare_paired.ts";
import { simulate } from "./simulated.ts";

const usual = { seeds: 3, problems: 40, samples: 4, mean: 0.45, seedRange: 0.1, problemRange: 0.3 };

Deno.test("comparePaired() calls equal arms different in about one of twenty simulations, and covers 0 as often", () => {
  const rng = new Rng("equal arms");
  let [different, outside] = [0, 0];
  for (let run = 0; run < 600; run++) {
    const effects = Array.from({ length: 40 }, () => 0.3 * (2 * rng.next() - 1));
    const [a, b] = [simulate(usual, rng, effects), simulate(usual, rng, effects)];
    const { p, low, high } = comparePaired(a, b, { replicates: 300, seed: run });
    different += Number(p < 0.05);
    outside += Number(low > 0 || high < 0);
  }
  assert(different >= 12 && different <= 42, `${different} of 600`);
  assert(outside >= 18 && outside <= 42, `${outside} of 600`);
});

Deno.test("comparePaired() sees a difference on the same problems that means apart would not show", () => {
  const problems = Array.from({ length: 30 }, (_, i) => `p${i}`);
  // Problems differ by far more than the arms do.
  const scores = problems.map((_, i) => i % 2 === 0 ? 0.1 : 0.8);
  const better = scores.map((score, i) => score + (i % 3 === 0 ? 0 : 0.1));
  const found = comparePaired(
    { seeds: [0], problems, scores: [better] },
    { seeds: [0], problems, scores: [scores] },
  );
  assertEquals([found.wins, found.losses, found.ties], [20, 0, 10]);
  assert(found.p < 0.01 && found.permutationP < 0.001 && found.low > 0.04 && found.high < 0.1);
  assertEquals(found.over, "problems");
});

Deno.test("comparePaired() trusts a difference between arms whose seeds differ less than between ones whose do not", () => {
  const problems = Array.from({ length: 40 }, (_, i) => `p${i}`);
  const arm = (means: readonly number[]) => ({
    seeds: means.map((_, i) => i),
    problems,
    scores: means.map((mean) => problems.map((_, i) => mean + (i % 2 === 0 ? 0.01 : -0.01))),
  });
  const steady = comparePaired(arm([0.6, 0.61, 0.62]), arm([0.4, 0.41, 0.42]));
  const wild = comparePaired(arm([0.2, 0.61, 0.92]), arm([0.1, 0.41, 0.72]));
  assert(steady.p < 0.01 && wild.p > 0.2, `${steady.p} ${wild.p}`);
  // The permutation test speaks of these policies alone, and all problems agree on them.
  assert(wild.permutationP < 0.001);
  assertEquals(steady.over, "seeds and problems");
});

Deno.test("comparePaired() turns round when its arms do", () => {
  const rng = new Rng("turn");
  const [a, b] = [simulate(usual, rng), simulate(usual, rng)];
  const [there, back] = [comparePaired(a, b), comparePaired(b, a)];
  assertEquals(there.difference, -back.difference);
  assertEquals([there.wins, there.losses, there.ties], [back.losses, back.wins, back.ties]);
  assertEquals(there.h, -back.h);
});

Deno.test("comparePaired() says nothing where nothing differs", () => {
  const grid = simulate(usual, new Rng("same"));
  const one = { ...grid, seeds: [0], scores: [grid.scores[0]!] };
  const { difference, low, high, p, permutationP, d } = comparePaired(one, one);
  assertEquals([difference, low, high, p, permutationP, d], [0, 0, 0, 1, 1, null]);
});

Deno.test("comparePaired() refuses different problems, and one", () => {
  const grid = (problems: string[]) => ({
    seeds: [0],
    problems,
    scores: [problems.map(() => 0.5)],
  });
  assertThrows(() => comparePaired(grid(["a", "b"]), grid(["a", "c"])), InputError, '"b"');
  assertThrows(() => comparePaired(grid(["a"]), grid(["a", "c"])), InputError, '"c"');
  assertThrows(() => comparePaired(grid(["a"]), grid(["a"])), InputError, "found 1 problem");
});

Deno.test("problemDifferences() takes rounding for none", () => {
  const grid = (...scores: number[][]) => ({
    seeds: scores.map((_, i) => i),
    problems: ["a", "b"],
    scores,
  });
  const [rounded, exact] = [grid([0.1, 1], [0.2, 1], [0.3, 1]), grid([0.2, 0.5])];
  assertEquals(problemDifferences(rounded, exact), [0, 0.5]);
});

Deno.test("pairedDifference() has ends where most problems differ by exactly the mean difference", () => {
  const problems = Array.from({ length: 8 }, (_, i) => `p${i}`);
  const grid = (scores: number[]) => ({ seeds: [0], problems, scores: [scores] });
  const first = grid([1, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  const { low, high, p } = pairedDifference(first, grid(problems.map(() => 0.5)));
  assert(low <= 0 && high >= 0 && p > 0.5, `${low} ${high} ${p}`);
});
