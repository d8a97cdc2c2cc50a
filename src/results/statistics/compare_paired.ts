/** @file Two arms on the same problems: by how much the one is ahead, and whether that can be luck. */
import { quantileSorted } from "simple-statistics";
import { InputError } from "../../errors.ts";
import { LEVEL } from "../interval.ts";
import { bootstrap, type BootstrapOptions } from "./bootstrap.ts";
import { cohensH, pairedCohensD } from "./effect_size.ts";
import { permutationTest } from "./permutation_test.ts";
import type { ScoreGrid } from "./score_grid.ts";

/** The first arm compared with the second. Scores and differences are fractions. */
export interface PairedComparison {
  /** First arm's mean minus the second's, −1 to 1. */
  readonly difference: number;
  /** Lower end of its 95 % interval by paired hierarchical bootstrap. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
  /**
   * Two-sided p of the same bootstrap that there is no difference: for other seeds and other problems. No less than 2 over
   * the number of replicates plus 1. The test that tables mark by.
   */
  readonly p: number;
  /**
   * Two-sided p of the permutation test over problems: for these trained policies alone, on other problems. It says
   * nothing of other seeds.
   */
  readonly permutationP: number;
  /** What the bootstrap's p speaks about: where either arm has one seed only, other problems alone. */
  readonly over: "seeds and problems" | "problems";
  /** Problems on which the first arm is ahead, behind, and equal, all seeds taken together. */
  readonly wins: number;
  /** Problems on which it is behind. */
  readonly losses: number;
  /** Problems on which both are equal. */
  readonly ties: number;
  /** Cohen's h of the two means, −π to π. */
  readonly h: number;
  /** Cohen's d of the paired differences; null where these are all equal. */
  readonly d: number | null;
}

/** Differences of fractions nearer to 0 than this are rounding. */
const SAME = 1e-12;

/**
 * Compares two arms on the same problems. Seeds need not be the same or as many; they are taken as independent between
 * arms, since what a seed fixes (order, sampling) means something else to each method.
 *
 * @throws {InputError} where the problems differ or there are fewer than two.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const problems = Array.from({ length: 20 }, (_, i) => `p${i}`);
 * const grid = (right: number) => ({ seeds: [0], problems, scores: [problems.map((_, i) => Number(i < right))] });
 * const { difference, wins, losses, p } = comparePaired(grid(16), grid(4));
 * assertEquals([Math.round(difference * 100), wins, losses, p < 0.01], [60, 12, 0, true]);
 * ```
 */
export function comparePaired(
  first: ScoreGrid,
  second: ScoreGrid,
  options: BootstrapOptions = {},
): PairedComparison {
  const other = first.problems.findIndex((problem, i) => problem !== second.problems[i]);
  if (other >= 0 || first.problems.length !== second.problems.length) {
    const found = JSON.stringify(first.problems[other] ?? second.problems[first.problems.length]);
    throw new InputError(`paired comparison: only one arm has problem ${found}`);
  }
  if (first.problems.length < 2) {
    throw new InputError("paired comparison: found 1 problem, expected 2 at least");
  }
  const [a, b] = [problemMeans(first), problemMeans(second)];
  const differences = a.map((score, p) => {
    const difference = score - b[p]!;
    return Math.abs(difference) < SAME ? 0 : difference;
  });
  const { estimate, draws } = bootstrap([[1, first.scores], [-1, second.scores]], options);
  const reach = (probability: number) =>
    Math.min(1, Math.max(-1, quantileSorted([...draws], probability)));
  const tail = (1 - LEVEL) / 2;
  const alone = first.seeds.length < 2 || second.seeds.length < 2;
  return {
    difference: estimate,
    low: reach(tail),
    high: reach(1 - tail),
    p: twoSided(draws),
    permutationP: permutationTest(differences, options),
    over: alone ? "problems" : "seeds and problems",
    wins: differences.filter((d) => d > 0).length,
    losses: differences.filter((d) => d < 0).length,
    ties: differences.filter((d) => d === 0).length,
    h: cohensH(mean(a), mean(b)),
    d: pairedCohensD(differences),
  };
}

/** Each problem's mean over seeds. */
function problemMeans({ problems, scores }: ScoreGrid): number[] {
  return problems.map((_, p) => mean(scores.map((row) => row[p]!)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How often zero is passed, on the side where it is rarer: with one added, since no number of draws shows that it never is. */
function twoSided(draws: readonly number[]): number {
  const below = draws.filter((draw) => draw <= SAME).length;
  const above = draws.filter((draw) => draw >= -SAME).length;
  return Math.min(1, 2 * (Math.min(below, above) + 1) / (draws.length + 1));
}
