/** @file What the samples of one benchmark come to: scores, and what became of each sample. */
import { InputError } from "../errors.ts";
import type { AnswerVerifier } from "../rewards/answer_verifier.ts";
import { parseColumn } from "../results/columns.ts";
import { type Interval, scoreInterval } from "../results/interval.ts";
import type { Outcome } from "../results/outcome.ts";
import { scoreOutcomes } from "../results/scores.ts";
import type { EvaluatedSample } from "./evaluate_benchmark.ts";
import { groupAnswers } from "./group_answers.ts";
import { majorityAtK } from "./majority_at_k.ts";

/** What became of the samples: each is counted once. Only `correct` counts as solved. */
export interface SampleFates {
  /** The answer is right. */
  readonly correct: number;
  /** There was an end and it is not right, or has no answer at all. */
  readonly wrong: number;
  /** The budget or the context ended it before there was a right answer. */
  readonly truncated: number;
  /** Nobody can say whether it is right: the verifier failed or took too long. */
  readonly unverified: number;
}

/** A benchmark under one way of decoding. */
export interface SampleSummary {
  /** Its name. */
  readonly benchmark: string;
  /** How it was answered. */
  readonly decoding: Outcome["decoding"];
  /** Problems. */
  readonly problems: number;
  /** Samples of each problem. */
  readonly samples: number;
  /** Greedy accuracy or avg@k, with its 95 % interval, as fractions. */
  readonly score: Interval;
  /** pass@k by k, as fractions; empty for greedy. */
  readonly pass: Readonly<Record<number, number>>;
  /** majority@k by k, as fractions; empty for greedy. */
  readonly majority: Readonly<Record<number, number>>;
  /** What became of the samples. */
  readonly fates: SampleFates;
  /** Of those that are wrong, how many have no answer at all. */
  readonly unanswered: number;
  /** Mean tokens of a completion. */
  readonly tokens: number;
}

/**
 * What became of one sample. That it could not be verified comes before that it was cut off; a sample with the right answer is right,
 * however it ended.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(fateOf({ correct: false, truncated: true }), "truncated");
 * assertEquals(fateOf({ correct: null, truncated: true }), "unverified");
 * ```
 */
export function fateOf(
  { correct, truncated }: Pick<Outcome, "correct" | "truncated">,
): keyof SampleFates {
  if (correct === null) return "unverified";
  if (correct) return "correct";
  return truncated ? "truncated" : "wrong";
}

/**
 * Scores the samples of one benchmark under one way of decoding. avg@k is over the samples taken; pass@k and majority@k are the
 * unbiased estimates from all samples for each k (Chen et al., arXiv 2107.03374; {@link majorityAtK}).
 *
 * @param ks For which k; none for greedy.
 * @param verifier Says which answers are the same, for the majority.
 * @throws {InputError} where a k is more than the samples of a problem.
 */
export async function summariseSamples(
  rows: readonly EvaluatedSample[],
  ks: readonly number[],
  verifier: AnswerVerifier,
): Promise<SampleSummary> {
  const [first] = rows;
  if (first === undefined) throw new RangeError("no samples to summarise");
  const { benchmark, decoding } = first;
  const problems = [...Map.groupBy(rows, ({ problem }) => problem).values()];
  const samples = problems[0]!.length;
  const wide = ks.find((k) => k > samples);
  if (wide !== undefined) {
    throw new InputError(`k: found ${wide}; expected at most the ${samples} samples of a problem`);
  }
  const outcomes = rows.map((row): Outcome => ({ ...row, arm: "", size: "", seed: 0 }));
  const metrics = [
    decoding === "greedy" ? "greedy" : `avg@${samples}`,
    ...ks.map((k) => `pass@${k}`),
  ];
  const columns = metrics.map((metric) => parseColumn(`${benchmark} ${metric}`));
  const [score, ...pass] = scoreOutcomes(outcomes, columns).map(({ score }) => score);
  const fates = { correct: 0, wrong: 0, truncated: 0, unverified: 0 };
  for (const row of rows) fates[fateOf(row)]++;
  return {
    benchmark,
    decoding,
    problems: problems.length,
    samples,
    score: scoreInterval([score!], problems.length),
    pass: Object.fromEntries(ks.map((k, i) => [k, pass[i]!])),
    majority: await majorities(problems, ks, verifier),
    fates,
    unanswered: rows.filter((row) => fateOf(row) === "wrong" && row.extracted === null).length,
    tokens: rows.reduce((sum, { tokens }) => sum + tokens, 0) / rows.length,
  };
}

/** Mean over the problems of the majority's score, by k. */
async function majorities(
  problems: readonly (readonly EvaluatedSample[])[],
  ks: readonly number[],
  verifier: AnswerVerifier,
): Promise<Record<number, number>> {
  if (ks.length === 0) return {};
  const groups = await groupAnswers(
    problems.map((rows) => rows.map(({ extracted }) => extracted)),
    verifier,
  );
  const voted = problems.map((rows, i) => {
    const votes = groups[i]!.map(({ samples }) => ({
      count: samples.length,
      // The group stands for its first answer, which the verifier judged by itself.
      right: rows[samples[0]!]!.correct === true,
    }));
    const silent = rows.length - votes.reduce((sum, { count }) => sum + count, 0);
    return { votes, silent };
  });
  return Object.fromEntries(ks.map((k) => {
    const sum = voted.reduce((sum, { votes, silent }) => sum + majorityAtK(votes, silent, k), 0);
    return [k, sum / problems.length];
  }));
}
