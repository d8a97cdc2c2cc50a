/** @file Scores of a made-up arm whose true mean is known. */
import type { Rng } from "../../../src/random/rng.ts";
import type { ScoreGrid } from "../../../src/results/statistics/score_grid.ts";

/** What scores vary by; effects are uniform, so that the true mean is exactly `mean`. */
export interface Simulation {
  readonly seeds: number;
  readonly problems: number;
  readonly samples: number;
  readonly mean: number;
  /** Half the range of the seeds' effects. */
  readonly seedRange: number;
  /** Half the range of the problems' effects. */
  readonly problemRange: number;
}

/** A grid of shares of right samples. */
export function simulate(simulation: Simulation, rng: Rng, shared?: readonly number[]): ScoreGrid {
  const { seeds, problems, samples, mean, seedRange, problemRange } = simulation;
  const within = (range: number) => range * (2 * rng.next() - 1);
  const effects = shared ?? Array.from({ length: problems }, () => within(problemRange));
  const scores = Array.from({ length: seeds }, () => {
    const seed = within(seedRange);
    return effects.map((effect) => {
      let right = 0;
      for (let i = 0; i < samples; i++) right += Number(rng.chance(mean + seed + effect));
      return right / samples;
    });
  });
  const names = effects.map((_, i) => `p${String(i).padStart(4, "0")}`);
  return { seeds: scores.map((_, i) => i), problems: names, scores };
}
