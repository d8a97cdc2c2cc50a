/** @file One arm's scores as a grid of seeds × problems: what intervals and paired tests start from. */
import { InputError } from "../../errors.ts";
import type { ProblemScore } from "../scores.ts";

/** Scores of one arm at one size in one column. */
export interface ScoreGrid {
  /** Training seeds, ascending: the rows. */
  readonly seeds: readonly number[];
  /** Problem ids by code units: the columns. */
  readonly problems: readonly string[];
  /** Fractions, `scores[seed][problem]`, each the mean over the problem's samples or its pass@k. */
  readonly scores: readonly (readonly number[])[];
}

/**
 * Arranges one cell's rows as a grid.
 *
 * @param rows Scores of one arm, size and column, in any order.
 * @throws {InputError} without rows, and where a seed lacks a problem or has it twice.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const rows = [[1, "p1", 1], [0, "p1", 0.5]] as const;
 * assertEquals(scoreGrid(rows.map(([seed, problem, score]) => ({ seed, problem, score }))), {
 *   seeds: [0, 1],
 *   problems: ["p1"],
 *   scores: [[0.5], [1]],
 * });
 * ```
 */
export function scoreGrid(
  rows: readonly Pick<ProblemScore, "seed" | "problem" | "score">[],
): ScoreGrid {
  if (rows.length === 0) throw new InputError("score grid: found no rows, expected one at least");
  const seeds = [...new Set(rows.map(({ seed }) => seed))].sort((a, b) => a - b);
  const problems = [...new Set(rows.map(({ problem }) => problem))].sort();
  const found = new Map(rows.map((row) => [JSON.stringify([row.seed, row.problem]), row.score]));
  if (found.size < rows.length) {
    throw new InputError("score grid: found a problem twice in one seed, expected it once");
  }
  const scores = seeds.map((seed) =>
    problems.map((problem) => {
      const score = found.get(JSON.stringify([seed, problem]));
      if (score !== undefined) return score;
      const name = JSON.stringify(problem);
      throw new InputError(`score grid: seed ${seed} lacks problem ${name}, which others have`);
    })
  );
  return { seeds, problems, scores };
}
