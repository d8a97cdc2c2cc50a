/** @file From outcomes to one score per arm, size, seed and column. */
import { from, op } from "arquero";
import { InputError } from "../errors.ts";
import type { Column, Metric } from "./columns.ts";
import type { Outcome } from "./outcome.ts";
import { passAtK } from "./pass_at_k.ts";

/** What one seed of one arm scored in one column. */
export interface SeedScore {
  /** Arm of the experiment. */
  readonly arm: string;
  /** Policy size. */
  readonly size: string;
  /** Training seed. */
  readonly seed: number;
  /** Benchmark. */
  readonly benchmark: string;
  /** Metric. */
  readonly metric: Metric;
  /** Problems that the score is the mean over. */
  readonly problems: number;
  /** Completions taken of each problem. */
  readonly samples: number;
  /** The score, as a fraction. */
  readonly score: number;
}

/** One problem of one cell, counted. */
interface Counts {
  readonly arm: string;
  readonly size: string;
  readonly seed: number;
  readonly benchmark: string;
  readonly decoding: Outcome["decoding"];
  readonly problem: string;
  readonly samples: number;
  readonly distinct: number;
  readonly right: number;
}

/** What one seed of one arm scored on one problem. */
export interface ProblemScore extends Omit<SeedScore, "problems"> {
  /** Problem id within the benchmark. */
  readonly problem: string;
}

/** A score before its division. */
type SummedScore = Omit<SeedScore, "benchmark" | "metric" | "score"> & { readonly sum: number };

const CELL = ["arm", "size", "seed", "benchmark", "decoding"] as const;

/**
 * Scores every arm, size and seed in every column: per problem first (the share of its completions that are right, or
 * pass@k), then the mean over problems, each of which weighs the same. A completion that could not be verified counts as not
 * right; {@link unverifiedNotes} says how many there are. A column without outcomes gives no row.
 *
 * Counts that would make a score mean something else than its heading says are errors: a completion given twice, avg@k
 * from another number than k of samples, pass@k from fewer than k, a problem with fewer samples than the next one, and
 * arms or seeds that were not given the same problems.
 *
 * @throws {InputError} for each of these, naming the cell and the problem.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const shared = { arm: "srl", size: "1m", seed: 0, benchmark: "hard", problem: "p1", extracted: "7" };
 * const rest = { expected: "7", completion: "7", tokens: 1, truncated: false, decoding: "sampled" } as const;
 * const outcomes = [true, false].map((correct, sample) => ({ ...shared, ...rest, sample, correct }));
 * const column = { benchmark: "hard", metric: "avg@2", k: 2, label: "hard avg@2" } as const;
 * assertEquals(scoreOutcomes(outcomes, [column])[0]?.score, 0.5);
 * ```
 */
export function scoreOutcomes(
  outcomes: readonly Outcome[],
  columns: readonly Column[],
): SeedScore[] {
  const byProblem = scoreProblems(outcomes, columns);
  if (byProblem.length === 0) return [];
  return columns.flatMap(({ benchmark, metric }) => {
    const own = byProblem.filter((row) => row.benchmark === benchmark && row.metric === metric);
    if (own.length === 0) return [];
    return from(own, ["arm", "size", "seed", "samples", "score"])
      .groupby("arm", "size", "seed")
      .rollup({ problems: op.count(), samples: op.max("samples"), sum: op.sum("score") })
      .objects()
      .map((row) => {
        const { sum, ...rest } = row as SummedScore;
        return { ...rest, benchmark, metric, score: sum / rest.problems };
      });
  });
}

/**
 * Scores every problem of every arm, size and seed in every column: the share of its completions that are right, or
 * pass@k, as a fraction. What {@link scoreOutcomes} averages, with the same checks; what a paired test compares.
 *
 * @returns By column, then arm, size, seed and problem.
 * @throws {InputError} as {@link scoreOutcomes} does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const shared = { arm: "srl", size: "1m", seed: 0, benchmark: "hard", problem: "p1", extracted: "7" };
 * const rest = { expected: "7", completion: "7", tokens: 1, truncated: false, decoding: "sampled" } as const;
 * const outcomes = [true, false].map((correct, sample) => ({ ...shared, ...rest, sample, correct }));
 * const column = { benchmark: "hard", metric: "pass@2", k: 2, label: "hard pass@2" } as const;
 * assertEquals(scoreProblems(outcomes, [column]).map(({ problem, score }) => [problem, score]), [["p1", 1]]);
 * ```
 */
export function scoreProblems(
  outcomes: readonly Outcome[],
  columns: readonly Column[],
): ProblemScore[] {
  if (outcomes.length === 0) return [];
  const counts = from(outcomes as Outcome[], [...CELL, "problem", "sample", "correct"])
    .groupby(...CELL, "problem")
    .rollup({ samples: op.count(), distinct: op.distinct("sample"), right: op.sum("correct") })
    // The order of a sum decides its last bit: it must not be that in which outcomes came.
    .orderby(...CELL, "problem")
    .reify()
    .objects() as Counts[];
  checkCounts(counts);
  return columns.flatMap((column) => {
    const { benchmark, metric } = column;
    const decoding = metric === "greedy" ? "greedy" : "sampled";
    return counts.filter((d) => d.benchmark === benchmark && d.decoding === decoding).map((d) => {
      const { arm, size, seed, problem, samples } = d;
      const score = problemScore(column, d);
      return { arm, size, seed, benchmark, metric, problem, samples, score };
    });
  });
}

/** What one problem adds to the column's mean. */
function problemScore({ metric, k }: Column, counts: Counts): number {
  const { samples, right } = counts;
  if (metric.startsWith("pass@")) {
    if (samples >= k) return passAtK(samples, right, k);
    throw new InputError(`${place(counts)}: ${metric} needs ${k} samples, found ${samples}`);
  }
  if (samples === k) return right / samples;
  throw new InputError(
    `${place(counts)}: ${metric} needs exactly ${k} per problem, found ${samples}`,
  );
}

/** Every cell of a benchmark must hold the same problems, each with the same number of completions. */
function checkCounts(counts: readonly Counts[]): void {
  const first = new Map<string, Map<string, Counts>>();
  const cells = new Map<string, Map<string, Counts>>();
  for (const row of counts) {
    if (row.distinct !== row.samples) {
      throw new InputError(`${place(row)}: the same sample is given twice`);
    }
    const key = JSON.stringify(CELL.map((name) => row[name]));
    const cell = cells.get(key) ?? new Map<string, Counts>();
    cells.set(key, cell.set(row.problem, row));
    const benchmark = JSON.stringify([row.benchmark, row.decoding]);
    if (!first.has(benchmark)) first.set(benchmark, cell);
  }
  for (const cell of cells.values()) {
    const [some] = cell.values();
    const reference = first.get(JSON.stringify([some!.benchmark, some!.decoding]))!;
    for (const [here, there] of [[cell, reference], [reference, cell]] as const) {
      for (const row of here.values()) {
        const [other] = there.values();
        const twin = there.get(row.problem);
        if (twin?.samples === row.samples) continue;
        const found = twin === undefined ? "lacks it" : `has ${twin.samples}`;
        throw new InputError(
          `${place(row)}: ${row.samples} completions, but ${cellName(other!)} ${found}`,
        );
      }
    }
  }
}

function cellName({ arm, size, seed }: Counts): string {
  return `arm ${JSON.stringify(arm)}, size ${JSON.stringify(size)}, seed ${seed}`;
}

function place(row: Counts): string {
  const problem = `${row.decoding} problem ${JSON.stringify(row.problem)}`;
  return `outcomes of ${cellName(row)}: ${JSON.stringify(row.benchmark)}, ${problem}`;
}
