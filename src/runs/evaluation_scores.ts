/** @file What a finished evaluation came to. */
import type { ResolvedEvaluation } from "../experiment/evaluation.ts";
import { parseColumn } from "../results/columns.ts";
import { scoreOutcomes } from "../results/scores.ts";
import { readOutcomes } from "./collect.ts";
import { columnsOf } from "./evaluation_columns.ts";

/**
 * Scores of a finished evaluation, from 0 to 1, under the headings of the table (`hard greedy`, `hard avg@8`).
 *
 * @param dir Folder of the evaluation's stage.
 * @throws {InputError} for a line that is not JSON, and as `scoreOutcomes` does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * const outcome = { benchmark: "hard", decoding: "greedy", problem: "p", sample: 0, correct: true };
 * await Deno.writeTextFile(`${dir}/outcomes.jsonl`, `${JSON.stringify(outcome)}\n`);
 * const benchmarks = { hard: { domain: "relay", tier: "hard", problems: 1, seed: 1001 } } as const;
 * const evaluation = { benchmarks, greedy: true, samples: 0, temperature: 1, maxTokens: null };
 * assertEquals(await evaluationScores(dir, evaluation), { "hard greedy": 1 });
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function evaluationScores(
  dir: string,
  evaluation: ResolvedEvaluation,
): Promise<Readonly<Record<string, number>>> {
  // Scores are of a cell; an evaluation's are the same in all that share it.
  const cell = { arm: "", size: "", seed: 0 };
  const outcomes = (await readOutcomes(dir)).map((row) => ({ ...cell, ...row }));
  const scores = scoreOutcomes(outcomes, columnsOf(evaluation).map(parseColumn));
  return Object.fromEntries(
    scores.map(({ benchmark, metric, score }) => [`${benchmark} ${metric}`, score]),
  );
}
