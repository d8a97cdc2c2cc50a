import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Rng } from "../../../src/random/rng.ts";
import { hierarchicalInterval } from "../../../src/results/statistics/hierarchical_interval.ts";
import { simulate, type Simulation } from "./simulated.ts";

/** Share of simulated experiments whose interval holds the true mean. */
function coverage(simulation: Simulation, runs = 1000): number {
  const rng = new Rng("coverage", JSON.stringify(simulation));
  let held = 0;
  for (let run = 0; run < runs; run++) {
    const options = { replicates: 400, seed: run };
    const { low, high } = hierarchicalInterval(simulate(simulation, rng), options);
    held += Number(low <= simulation.mean && simulation.mean <= high);
  }
  return held / runs;
}

const usual = { seeds: 3, problems: 40, samples: 8, mean: 0.45, seedRange: 0.1, problemRange: 0.3 };

for (
  const [what, simulation] of [
    ["3 seeds, avg@8", usual],
    ["5 seeds that differ much", { ...usual, seeds: 5, seedRange: 0.15 }],
    ["5 seeds that do not differ", { ...usual, seeds: 5, seedRange: 0 }],
    ["one seed, greedy", { ...usual, seeds: 1, samples: 1, seedRange: 0 }],
  ] as const
) {
  Deno.test(`hierarchicalInterval() holds the true mean in 93 to 97 % of simulations: ${what}`, () => {
    const found = coverage(simulation);
    assert(found >= 0.93 && found <= 0.97, `coverage ${found}`);
  });
}

Deno.test("hierarchicalInterval() errs on the wide side with 2 seeds", () => {
  const found = coverage({ ...usual, seeds: 2 });
  assert(found >= 0.95 && found < 1, `coverage ${found}`);
});

Deno.test("hierarchicalInterval() is the same for the same seed, and nearly so for another", () => {
  const grid = simulate(usual, new Rng("once"));
  const [first, second] = [hierarchicalInterval(grid), hierarchicalInterval(grid)];
  assertEquals(first, second);
  const other = hierarchicalInterval(grid, { seed: 1 });
  assert(first.low !== other.low);
  assertAlmostEquals(first.low, other.low, (first.high - first.low) / 10);
});

Deno.test("hierarchicalInterval() is Wilson's where nothing varies or there is one problem", () => {
  const problems = ["p1", "p2", "p3"];
  const all = hierarchicalInterval({ seeds: [0, 1], problems, scores: [[1, 1, 1], [1, 1, 1]] });
  assertEquals([all.mean, all.high, all.over], [1, 1, "problems"]);
  assertAlmostEquals(all.low, 3 / (3 + 1.959963984540054 ** 2), 1e-12);
  const one = hierarchicalInterval({ seeds: [0, 1], problems: ["p1"], scores: [[0], [1]] });
  assertEquals([one.mean, one.over], [0.5, "problems"]);
});

Deno.test("hierarchicalInterval() stays within 0 and 1, though a replicate may bound nothing", () => {
  const problems = Array.from({ length: 20 }, (_, i) => `p${i}`);
  const scores = [problems.map((_, i) => Number(i === 0))];
  const { low, mean, high } = hierarchicalInterval({ seeds: [0], problems, scores });
  assertEquals([mean, low >= 0, high <= 1, high > 0.1], [0.05, true, true, true]);
});

Deno.test("hierarchicalInterval() has ends where one problem of many is solved by one of two seeds", () => {
  // Most draws then hold no spread at all, and are infinite.
  for (const count of [10, 20, 40]) {
    const problems = Array.from({ length: count }, (_, i) => `p${i}`);
    const scores = [1, 0].map((one) => problems.map((_, i) => i === 0 ? one : 0));
    const { mean, low, high } = hierarchicalInterval({ seeds: [0, 1], problems, scores });
    assert(low >= 0 && low <= mean && mean <= high && high <= 1, `${low} ${mean} ${high}`);
  }
});
