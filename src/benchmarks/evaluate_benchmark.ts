/** @file One benchmark answered and judged: an outcome for each sample of each problem. */
import { answerAll, type AnswerProgress } from "../inference/answer_all.ts";
import type { Inference, InferenceRequest } from "../inference/inference.ts";
import type { Journal } from "../inference/journal.ts";
import { Rng } from "../random/rng.ts";
import type { AnswerVerifier } from "../rewards/answer_verifier.ts";
import type { Outcome } from "../results/outcome.ts";
import { verdictFields } from "./verdict_fields.ts";

/** A problem set to measure with. */
export interface AskedBenchmark {
  /** How the problems are asked and judged. */
  readonly format: {
    /** What is said before every problem; empty for nothing. */
    readonly system: string;
    /** The problem as it is asked. */
    question(problem: string): string;
    /** URL of the module that judges answers, for {@link AnswerVerifier}. */
    readonly verifier: string;
  };
  /** The problems. */
  readonly tasks: readonly {
    /** Stable and unique within the benchmark. */
    readonly id: string;
    /** The problem. */
    readonly problem: string;
    /** The answer expected. */
    readonly answer: string;
    /** Most tokens that a solution may take; null where the benchmark sets no bound. */
    readonly budget: number | null;
  }[];
}

/** How a benchmark's problems are answered. */
export interface DecodingPass {
  /** `greedy`, or `sampled` at a temperature. */
  readonly decoding: Outcome["decoding"];
  /** Completions of each problem. */
  readonly samples: number;
  /** Temperature; 0 for greedy. */
  readonly temperature: number;
}

/** What an evaluation needs besides the model. */
export interface EvaluateOptions {
  /** Name of the benchmark: part of the seeds. */
  readonly name: string;
  /** Seed of the evaluation, from which each sample has one of its own. */
  readonly seed: number;
  /** Most tokens of a completion; null for as many as the context has left. */
  readonly maxTokens: number | null;
  /** Keeps answers. */
  readonly journal: Journal;
  /** Judges them. */
  readonly verifier: AnswerVerifier;
  /** Told how far it is. */
  readonly report?: (progress: AnswerProgress) => void;
}

/** An outcome before it is known which cell it belongs to. */
export type EvaluatedSample = Omit<Outcome, "arm" | "size" | "seed">;

/**
 * Requests for every sample of every problem, samples of one problem side by side.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { numberedFormat } from "../domains/numbered/format.ts";
 *
 * const tasks = [{ id: "1", problem: "1+1?", answer: "2", budget: null }];
 * const pass = { decoding: "sampled", samples: 2, temperature: 1 } as const;
 * const requests = evaluationRequests({ format: numberedFormat, tasks }, pass, {
 *   name: "sums", seed: 0, maxTokens: null,
 * });
 * assertEquals(requests.map(({ id }) => id), ["sums 1 sample 0", "sums 1 sample 1"]);
 * ```
 */
export function evaluationRequests(
  { format, tasks }: AskedBenchmark,
  { samples, temperature }: DecodingPass,
  { name, seed, maxTokens }: Pick<EvaluateOptions, "name" | "seed" | "maxTokens">,
): InferenceRequest[] {
  return tasks.flatMap((task) => {
    const prompt = { system: format.system, user: format.question(task.problem) };
    return Array.from({ length: samples }, (_, sample): InferenceRequest => ({
      id: `${name} ${task.id} sample ${sample}`,
      prompt,
      temperature,
      // Nothing is drawn of a greedy completion: it is the same for every seed.
      seed: temperature === 0
        ? 0
        : new Rng("evaluation", seed, name, task.id, sample).integer(2 ** 31),
      maxTokens: maxTokens ?? task.budget,
    }));
  });
}

/**
 * Answers a benchmark in one pass and judges the answers. A completion that the budget ended is judged like any other; what its
 * verdict counts as, {@link summariseSamples} says.
 *
 * @throws {InputError} as the inference does.
 */
export async function evaluateBenchmark(
  inference: Inference,
  benchmark: AskedBenchmark,
  pass: DecodingPass,
  options: EvaluateOptions,
): Promise<EvaluatedSample[]> {
  const { journal, verifier, report } = options;
  const requests = evaluationRequests(benchmark, pass, options);
  const answers = await answerAll(inference, requests, journal, report);
  const taskOf = (i: number) => benchmark.tasks[Math.floor(i / pass.samples)]!;
  const verdicts = await verifier.verify(
    answers.map(({ text }, i) => ({ completion: text, answer: taskOf(i).answer })),
  );
  return answers.map(({ text, tokens, truncated }, i): EvaluatedSample => ({
    benchmark: options.name,
    decoding: pass.decoding,
    problem: taskOf(i).id,
    sample: i % pass.samples,
    ...verdictFields(verdicts[i]!),
    expected: taskOf(i).answer,
    completion: text,
    tokens,
    truncated,
  }));
}
