/** @file What a source of problems comes to as a benchmark, for a person to look at. */
import { InputError } from "../errors.ts";
import type { DropSummary } from "./account.ts";
import { type Distribution, distributionOf } from "./distribution.ts";
import type { DroppedRow } from "./ledger.ts";
import type { AnsweredProblem, LoadedProblems } from "./load_problems.ts";

/** What became of a source's rows, and one of the problems. */
export interface BenchmarkReport {
  /** The source. */
  readonly source: string;
  /** Rows in it. */
  readonly rows: number;
  /** Problems with an answer. */
  readonly problems: number;
  /** Length of a problem's text; null where no row was usable, as below. */
  readonly problemLength: Distribution | null;
  /** Length of an answer. */
  readonly answerLength: Distribution | null;
  /** Dropped rows by reason. */
  readonly reasons: readonly DropSummary<DroppedRow>[];
  /** Every dropped row. */
  readonly dropped: readonly DroppedRow[];
  /** The problem to show; null where there is none. */
  readonly shown: AnsweredProblem | null;
}

/**
 * Counts and measures loaded problems.
 *
 * @param show Id of the problem to show; without it, the first.
 * @throws {InputError} where there is no problem of that id.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Ledger } from "./ledger.ts";
 *
 * const ledger = new Ledger("one.jsonl");
 * ledger.use();
 * const problems = [{ id: "p", problem: "1 + 2?", answer: "3" }];
 * const { rows, shown } = reportBenchmark({ problems, ledger });
 * assertEquals([rows, shown?.answer], [1, "3"]);
 * ```
 */
export function reportBenchmark(
  { problems, ledger }: LoadedProblems,
  show?: string,
): BenchmarkReport {
  const shown = show === undefined ? problems[0] : problems.find(({ id }) => id === show);
  if (show !== undefined && shown === undefined) {
    throw new InputError(`${ledger.source}: there is no problem ${JSON.stringify(show)}`);
  }
  return {
    source: ledger.source,
    rows: ledger.rows,
    problems: problems.length,
    problemLength: distributionOf(problems.map(({ problem }) => problem.length)),
    answerLength: distributionOf(problems.map(({ answer }) => answer.length)),
    reasons: ledger.reasons(),
    dropped: ledger.dropped,
    shown: shown ?? null,
  };
}
