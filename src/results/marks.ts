/** @file Which cells of a table stand out, by paired tests. */
import type { Metric } from "./columns.ts";
import type { ProblemScore } from "./scores.ts";
import { pairedDifference, problemDifferences } from "./statistics/compare_paired.ts";
import { holm } from "./statistics/holm.ts";
import { permutationTest } from "./statistics/permutation_test.ts";
import { type ScoreGrid, scoreGrid } from "./statistics/score_grid.ts";

/** `best`: significantly ahead of every other arm. `second`: of every arm but the best. */
export type Mark = "best" | "second" | null;

/** What a mark is given to. */
export interface MarkedCell {
  /** Arm. */
  readonly arm: string;
  /** Policy size. */
  readonly size: string;
  /** Benchmark. */
  readonly benchmark: string;
  /** Metric. */
  readonly metric: Metric;
  /** The score. */
  readonly mean: number;
}

/** Chance that a table marks anything that is not ahead. */
export const ALPHA = 0.05;

/** Enough that a p-value can still be small after correction for a hundred tests. */
const REPLICATES = 9999;

/** One test: whether the first cell is ahead of the second. */
interface Test {
  readonly ahead: number;
  readonly behind: number;
  readonly p: number;
}

/**
 * Marks the best and the second arm of each column and size. The best is marked where two paired tests on the same
 * problems both find it ahead of every other arm: the hierarchical bootstrap, which asks whether it would be with other
 * seeds (where both arms have several), and the permutation test, which is exact where few problems differ. The second is
 * marked where the best is and it is ahead of every arm below it. All tests of the table are one family: p-values are Holm's, at
 * 0.05. A column with one problem has no tests.
 *
 * @param cells All of a table's.
 * @param scores The scores of every problem that they are the means of.
 * @returns A mark for each cell, and how many tests there were.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const shared = { size: "1m", benchmark: "hard", metric: "greedy" } as const;
 * const cells = [{ ...shared, arm: "base", mean: 0.1 }, { ...shared, arm: "srl", mean: 0.9 }];
 * const scores = cells.flatMap(({ arm, mean }) =>
 *   Array.from({ length: 20 }, (_, i) => (
 *     { ...shared, arm, seed: 0, samples: 1, problem: `p${i}`, score: Number(i < 20 * mean) }
 *   ))
 * );
 * assertEquals(markCells(cells, scores), { marks: [null, "best"], tests: 1 });
 * ```
 */
export function markCells(
  cells: readonly MarkedCell[],
  scores: readonly ProblemScore[],
): { marks: Mark[]; tests: number } {
  const key = ({ arm, size, benchmark, metric }: Omit<MarkedCell, "mean">) =>
    JSON.stringify([arm, size, benchmark, metric]);
  const rows = Map.groupBy(scores, key);
  const grids = cells.map((cell) => scoreGrid(rows.get(key(cell)) ?? []));
  const groups = [
    ...Map.groupBy(
      cells.keys(),
      (index) => key({ ...cells[index]!, arm: "" }),
    ).values(),
  ].map((group) => [...group].sort((a, b) => cells[b]!.mean - cells[a]!.mean));
  const tests = groups.flatMap((ranked) =>
    ranked.slice(0, 2).flatMap((ahead, place) =>
      ranked.slice(place + 1).flatMap((behind): Test[] => {
        if (grids[ahead]!.problems.length < 2) return [];
        return [{ ahead, behind, p: larger(grids[ahead]!, grids[behind]!) }];
      })
    )
  );
  const adjusted = holm(tests.map(({ p }) => p));
  const marks = new Array<Mark>(cells.length).fill(null);
  for (const [best, second] of groups) {
    for (const [index, mark] of [[best, "best"], [second, "second"]] as const) {
      if (index === undefined) break;
      const own = tests.flatMap((test, i) => test.ahead === index ? [adjusted[i]!] : []);
      // Where nothing is best, nothing is second to it.
      if (own.length === 0 || own.some((p) => p >= ALPHA)) break;
      marks[index] = mark;
    }
  }
  return { marks, tests: tests.length };
}

/** The larger p of both tests. Where the first says no, the second, which is slower, need not be asked. */
function larger(first: ScoreGrid, second: ScoreGrid): number {
  const permutation = permutationTest(problemDifferences(first, second));
  if (permutation >= ALPHA) return permutation;
  return Math.max(permutation, pairedDifference(first, second, { replicates: REPLICATES }).p);
}
