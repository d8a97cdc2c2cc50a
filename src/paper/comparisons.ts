/** @file Paired comparisons of a paper: families of tests, declared before their results are seen, and corrected together. */
import { parseColumn } from "../results/columns.ts";
import { solutionPieces } from "../results/interleaving.ts";
import type { Outcome } from "../results/outcome.ts";
import { type ProblemScore, scoreProblems } from "../results/scores.ts";
import { comparePaired, type PairedComparison } from "../results/statistics/compare_paired.ts";
import { holm } from "../results/statistics/holm.ts";
import { scoreGrid } from "../results/statistics/score_grid.ts";
import { InputError } from "../errors.ts";

/** A family of tests: every pair of arms in every column, at every policy size. */
export interface ComparisonFamily {
  /** The experiment, by the paper's name. */
  readonly of: string;
  /**
   * What is compared: columns of its table, e.g. `hard avg@8`, or `hard thought`, the mean length of thoughts on a benchmark in
   * characters.
   */
  readonly columns: readonly string[];
  /** Which arms: the first with the second. */
  readonly pairs: readonly (readonly [first: string, second: string])[];
}

/** One test of a family. */
export interface TestedPair extends PairedComparison {
  /** Policy size. */
  readonly size: string;
  /** First arm. */
  readonly first: string;
  /** Second arm. */
  readonly second: string;
  /** What is compared. */
  readonly column: string;
  /** The first arm's mean; a fraction, or characters. */
  readonly firstMean: number;
  /** The second arm's. */
  readonly secondMean: number;
  /** The larger of both tests' p, corrected by Holm over the family. */
  readonly adjusted: number;
}

/** A family after its tests. */
export interface TestedFamily {
  /** Every test, by column, size and pair. */
  readonly tests: readonly TestedPair[];
}

/** Chance that a family calls anything different that is not. */
export const FAMILY_ALPHA = 0.05;

/** Enough for a p-value that is small after correction. */
const REPLICATES = 9999;

/** What follows a benchmark's name where thoughts are measured. */
const THOUGHT = " thought";

/**
 * Whether a column is a length in characters, and no share of problems.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["hard thought", "hard greedy"].map(isLength), [true, false]);
 * ```
 */
export function isLength(column: string): boolean {
  return column.endsWith(THOUGHT);
}

/**
 * Tests a family on an experiment's outcomes. Both tests of a pair (hierarchical bootstrap over seeds and problems, permutation
 * over problems) must agree: the larger p counts. p-values are Holm's over the whole family.
 *
 * @throws {InputError} for an arm without outcomes, and as `comparePaired` does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const shared = { size: "1m", seed: 0, benchmark: "hard", decoding: "greedy", sample: 0, tokens: 1 } as const;
 * const rest = { extracted: "7", expected: "7", completion: "7", truncated: false };
 * const problems = Array.from({ length: 20 }, (_, i) => `p${i}`);
 * const outcomes = problems.flatMap((problem) =>
 *   ["base", "srl"].map((arm) => ({ ...shared, ...rest, arm, problem, correct: arm === "srl" }))
 * );
 * const family = { of: "main", columns: ["hard greedy"], pairs: [["srl", "base"]] } as const;
 * const [test] = testFamily(family, outcomes).tests;
 * assertEquals([test?.difference, test?.adjusted! < 0.01], [1, true]);
 * ```
 */
export function testFamily(family: ComparisonFamily, outcomes: readonly Outcome[]): TestedFamily {
  const sizes = [...new Set(outcomes.map(({ size }) => size))];
  const found = family.columns.flatMap((column) => {
    const { rows, unit } = measure(outcomes, column);
    return sizes.flatMap((size) =>
      family.pairs.map(([first, second]) => {
        const [a, b] = [first, second].map((arm) => {
          const own = rows.filter((row) => row.arm === arm && row.size === size);
          if (own.length > 0) return scoreGrid(own);
          throw new InputError(
            `comparison: arm ${JSON.stringify(arm)} has no outcomes for ${column} at size ${size}`,
          );
        }) as [ReturnType<typeof scoreGrid>, ReturnType<typeof scoreGrid>];
        const compared = comparePaired(a, b, { replicates: REPLICATES });
        const scaled = {
          difference: unit * compared.difference,
          low: unit * compared.low,
          high: unit * compared.high,
        };
        const means = { firstMean: unit * mean(a.scores), secondMean: unit * mean(b.scores) };
        return { ...compared, ...scaled, ...means, size, first, second, column };
      })
    );
  });
  const adjusted = holm(found.map(({ p, permutationP }) => Math.max(p, permutationP)));
  return { tests: found.map((test, i) => ({ ...test, adjusted: adjusted[i]! })) };
}

/** Scores by problem as fractions of a unit: tests are made for numbers up to 1. */
function measure(
  outcomes: readonly Outcome[],
  column: string,
): { rows: Omit<ProblemScore, "benchmark" | "metric" | "samples">[]; unit: number } {
  if (!isLength(column)) return { rows: scoreProblems(outcomes, [parseColumn(column)]), unit: 1 };
  const benchmark = column.slice(0, -THOUGHT.length);
  const own = outcomes.filter((row) => row.benchmark === benchmark);
  const byProblem = Map.groupBy(
    own,
    ({ arm, size, seed, problem }) => JSON.stringify([arm, size, seed, problem]),
  );
  const rows = [...byProblem.values()].map((same) => {
    const { arm, size, seed, problem } = same[0]!;
    return { arm, size, seed, problem, score: thoughtLength(same.map((row) => row.completion)) };
  });
  const unit = rows.reduce((most, { score }) => Math.max(most, score), 1);
  return { rows: rows.map((row) => ({ ...row, score: row.score / unit })), unit };
}

/**
 * Mean characters of a thought in some completions; 0 where none thinks.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(thoughtLength(["<think>add</think>2<think>carry</think>3", "4"]), 4);
 * ```
 */
export function thoughtLength(completions: readonly string[]): number {
  let characters = 0;
  let thoughts = 0;
  for (const text of completions) {
    for (const { kind, from, to } of solutionPieces(text)) {
      if (kind !== "think") continue;
      characters += to - from;
      thoughts++;
    }
  }
  return thoughts === 0 ? 0 : characters / thoughts;
}

function mean(scores: readonly (readonly number[])[]): number {
  const all = scores.flat();
  return all.reduce((sum, score) => sum + score, 0) / all.length;
}
