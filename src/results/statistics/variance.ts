/** @file A grid of seeds × problems taken apart by source of variance. */

/** What a grid's mean depends on. */
export interface Parts {
  /** Mean of all scores. */
  readonly mean: number;
  /** Means of the problems less the mean: they sum to 0. They hold the noise of samples, too. */
  readonly problemEffects: readonly number[];
  /**
   * Variance between seeds beyond that of problems and samples, never below 0: the two-way random-effects estimate
   * `(MS_seeds − MS_rest) / problems`. Of two seeds `MS_seeds / problems`, which errs on the wide side: with one degree
   * of freedom the difference would be cut off at 0 in two of three cases where seeds do differ a little. 0 with one
   * seed, from which it cannot be known.
   */
  readonly seedVariance: number;
}

/**
 * Takes a grid apart (two-way analysis of variance without replication; Searle, Casella & McCulloch 1992, §4).
 *
 * @param scores `scores[seed][problem]`, at least one of each.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { mean, problemEffects, seedVariance } = partsOf([[0, 1], [0, 1]]);
 * assertEquals([mean, problemEffects, seedVariance], [0.5, [-0.5, 0.5], 0]);
 * ```
 */
export function partsOf(scores: readonly (readonly number[])[]): Parts {
  const [seeds, problems] = [scores.length, scores[0]!.length];
  const rowMeans = scores.map((row) => sum(row) / problems);
  const mean = sum(rowMeans) / seeds;
  const problemEffects = scores[0]!.map((_, p) => {
    return sum(scores.map((row) => row[p]!)) / seeds - mean;
  });
  if (seeds < 2) return { mean, problemEffects, seedVariance: 0 };
  const rest = scores.map((row, s) =>
    sum(row.map((score, p) => (score - rowMeans[s]! - problemEffects[p]!) ** 2))
  );
  const ofSeeds = problems * sum(rowMeans.map((row) => (row - mean) ** 2)) / (seeds - 1);
  // With one problem nothing is left, and all of the spread is between seeds.
  const ofRest = seeds < 3 ? 0 : sum(rest) / ((seeds - 1) * Math.max(1, problems - 1));
  return { mean, problemEffects, seedVariance: Math.max(0, (ofSeeds - ofRest) / problems) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
