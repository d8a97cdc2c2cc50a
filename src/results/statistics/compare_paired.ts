/** @file Two arms on the same problems: by how much the one is ahead, and whether that can be luck. */
import { quantileSorted } from "simple-statistics";
import { InputError } from "../../errors.ts";
import { LEVEL } from "../interval.ts";
import { bootstrap, type BootstrapOptions } from "./bootstrap.ts";
import { cohensH, pairedCohensD } from "./effect_size.ts";
import { permutationTest } from "./permutation_test.ts";
import type { ScoreGrid } from "./score_grid.ts";

/** By how much the first arm is ahead of the second; fractions. */
export interface PairedDifference {
  /** First arm's mean minus the second's, −1 to 1. */
  readonly difference: number;
  /** Lower end of its 95 % interval by paired hierarchical bootstrap. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
  /**
   * Two-sided p of the same bootstrap that there is no difference: for other seeds and other problems. No less than 2 over
   * the number of replicates plus 1. Where only few problems differ, it is too small: the permutation test's is to be
   * looked at too, as tables do.
   */
  readonly p: number;
  /** What interval and p speak about: where either arm has one seed only, other problems alone. */
  readonly over: "seeds and problems" | "problems";
}

/** The first arm compared with the second. */
export interface PairedComparison extends PairedDifference {
  /**
   * Two-sided p of the permutation test over problems: for these trained policies alone, on other problems. It says
   * nothing of other seeds.
   */
  readonly permutationP: number;
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
  const difference = pairedDifference(first, second, options);
  const [a, b] = [problemMeans(first), problemMeans(second)];
  const differences = problemDifferences(first, second);
  return {
    ...difference,
    permutationP: permutationTest(
      differences,
      options.seed === undefined ? {} : { seed: options.seed },
    ),
    wins: differences.filter((d) => d > 0).length,
    losses: differences.filter((d) => d < 0).length,
    ties: differences.filter((d) => d === 0).length,
    h: cohensH(mean(a), mean(b)),
    d: pairedCohensD(differences),
  };
}

/**
 * The difference alone, with its interval and p by paired hierarchical bootstrap.
 *
 * @throws {InputError} where the problems differ or there are fewer than two.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const grid = (scores: number[]) => ({ seeds: [0], problems: ["p1", "p2", "p3"], scores: [scores] });
 * const { difference, p } = pairedDifference(grid([1, 0, 1]), grid([1, 0, 1]));
 * assertEquals([difference, p], [0, 1]);
 * ```
 */
export function pairedDifference(
  first: ScoreGrid,
  second: ScoreGrid,
  options: BootstrapOptions = {},
): PairedDifference {
  const other = first.problems.findIndex((problem, i) => problem !== second.problems[i]);
  if (other >= 0 || first.problems.length !== second.problems.length) {
    const found = JSON.stringify(first.problems[other] ?? second.problems[first.problems.length]);
    throw new InputError(`paired comparison: only one arm has problem ${found}`);
  }
  if (first.problems.length < 2) {
    throw new InputError("paired comparison: found 1 problem, expected 2 at least");
  }
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
    over: alone ? "problems" : "seeds and problems",
  };
}

/**
 * The first arm's mean over seeds minus the second's, problem by problem: 0 where they differ by rounding only.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const grid = (...scores: number[][]) => ({ seeds: scores.map((_, i) => i), problems: ["p1", "p2"], scores });
 * assertEquals(problemDifferences(grid([1, 0], [0, 0]), grid([0, 0])), [0.5, 0]);
 * ```
 */
export function problemDifferences(first: ScoreGrid, second: ScoreGrid): number[] {
  const [a, b] = [problemMeans(first), problemMeans(second)];
  return a.map((score, p) => {
    const difference = score - b[p]!;
    return Math.abs(difference) < SAME ? 0 : difference;
  });
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
