/** @file What an evaluation came to, as one row of metrics. */
import type { ResolvedEvaluation } from "../../experiment/evaluation.ts";
import type { MetricRow, Outcome } from "../../results/outcome.ts";

/**
 * Scores of a finished evaluation under the headings of the table (`hard greedy`, `hard avg@8`), as fractions, at step 0.
 *
 * @param path Its `outcomes.jsonl`.
 * @throws {InputError} as `scoreOutcomes` does.
 */
export async function evaluationScores(
  path: string,
  evaluation: ResolvedEvaluation,
): Promise<MetricRow> {
  // Tables take a moment to load, which a run without tracking does not wait for.
  const { columnsOf } = await import("../evaluation_columns.ts");
  const { parseColumn } = await import("../../results/columns.ts");
  const { scoreOutcomes } = await import("../../results/scores.ts");
  const lines = (await Deno.readTextFile(path)).split("\n").filter((line) => line !== "");
  const cell = { arm: "", size: "", seed: 0 };
  const outcomes = lines.map((line): Outcome => ({ ...cell, ...JSON.parse(line) }));
  const scores = scoreOutcomes(outcomes, columnsOf(evaluation).map(parseColumn));
  const named = scores.map(({ benchmark, metric, score }) => [`${benchmark} ${metric}`, score]);
  return { step: 0, ...Object.fromEntries(named) };
}
