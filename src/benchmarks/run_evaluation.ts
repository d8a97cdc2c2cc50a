/** @file One evaluation: every benchmark, greedy and sampled, problem by problem. */
import { loadBenchmark } from "../domains/load_tasks.ts";
import { InputError } from "../errors.ts";
import type { Ledger } from "../data/ledger.ts";
import { pathOf } from "../experiment/problems.ts";
import type { EvaluationSpec } from "../experiment/specs.ts";
import { type GenerationRequest, Generator } from "../policy/generator.ts";
import { Policy } from "../policy/policy.ts";
import { completionRoom } from "../policy/room.ts";
import { StopCondition } from "../policy/stopping.ts";
import { Rng } from "../random/rng.ts";
import { AnswerVerifier, type Verification } from "../rewards/answer_verifier.ts";
import type { Outcome } from "../results/outcome.ts";
import { writeLedgers } from "../runs/ledgers.ts";
import type { StageContext } from "../runs/stage.ts";
import { JsonLines } from "../trainers/embedded/json_lines.ts";
import { MAX_ROWS } from "../trainers/embedded/settings.ts";
import { verdictFields } from "./verdict_fields.ts";

/** An outcome before it is known which cells share it. */
type EvaluationRow = Omit<Outcome, "arm" | "size" | "seed">;

/**
 * Answers every problem of every benchmark; writes `outcomes.jsonl`, and what became of the rows of each benchmark that is not
 * generated in `ledger.json`.
 *
 * @throws {InputError} where a benchmark cannot be read, or a problem does not fit with its budget into the policy's context.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * const evaluate = (parent: string) =>
 *   runEvaluationStage({
 *     kind: "evaluate",
 *     policy: { checkpoint: parent },
 *     evaluation: {
 *       benchmarks: { easy: { domain: "relay", tier: "easy", problems: 10, seed: 1001 } },
 *       greedy: true, samples: 8, temperature: 1, maxTokens: null,
 *     },
 *     prompts: { chat: {} },
 *     seed: 1, threads: 1, engine: "1", versions: {}, contents: {},
 *   }, { dir: ".", parent, seed: 1, threads: 1, report: () => {} });
 * await assertRejects(() => evaluate("no/such/policy"), Error, "no such file");
 * ```
 */
export async function runEvaluationStage(
  spec: EvaluationSpec,
  context: StageContext,
): Promise<void> {
  if (context.parent === null) throw new InputError("evaluation: there is no policy to evaluate");
  const { benchmarks, greedy, samples, temperature } = spec.evaluation;
  const { threads } = context;
  using policy = await Policy.load(context.parent, spec.prompts.chat);
  using generator = new Generator(policy.config, policy.weights, { threads, maxRows: MAX_ROWS });
  using outcomes = new JsonLines(`${context.dir}/outcomes.jsonl`);
  const stop = new StopCondition(policy.prompts.endTokenIds, [], policy.tokenizer);
  const passes = [
    ...(greedy ? [{ decoding: "greedy" as const, count: 1, temperature: 0 }] : []),
    ...(samples > 0 ? [{ decoding: "sampled" as const, count: samples, temperature }] : []),
  ];
  const total = Object.keys(benchmarks).length * passes.length;
  let done = 0;
  const report = (note: string) =>
    context.report({ type: "progress", done, total, unit: "benchmarks", note });
  report("");
  const ledgers: Record<string, Ledger> = {};
  for (const [benchmark, declared] of Object.entries(benchmarks)) {
    const field = pathOf(["evaluation", "benchmarks", benchmark]);
    const { format, tasks, ledger } = await loadBenchmark(declared, spec.prompts, field);
    using verifier = await AnswerVerifier.start(format.verifier, { workers: threads });
    if (ledger !== null) ledgers[benchmark] = ledger;
    for (const { decoding, count, temperature } of passes) {
      const requests = tasks.map((task): GenerationRequest => {
        const asked = { system: format.system, user: format.question(task.problem) };
        const prompt = policy.prompts.encode(asked).ids;
        const wanted = spec.evaluation.maxTokens ?? task.budget;
        const maxTokens = completionRoom(policy.config, prompt, wanted, task.id);
        const streams = Array.from(
          { length: count },
          (_, i) => new Rng("evaluation", spec.seed, benchmark, task.id, i),
        );
        return { prompt, streams, maxTokens };
      });
      const options = { temperature, topP: 1, topK: 0, stop };
      const completions = await generator.generate(requests, options);
      const written = tasks.flatMap((task, i) =>
        completions[i]!.map((completion, sample) => {
          const text = policy.decodeCompletion(completion.tokens);
          return { task, sample, completion, text };
        })
      );
      const verdicts = await verifier.verify(
        written.map(({ task, text }) => ({ completion: text, answer: task.answer })),
      );
      outcomes.write(...written.map(({ task, sample, completion, text }, i): EvaluationRow => ({
        benchmark,
        decoding,
        problem: task.id,
        sample,
        ...verdictFields(verdicts[i]!),
        expected: task.answer,
        completion: text,
        tokens: completion.tokens.length,
        truncated: completion.truncated,
      })));
      const share = (wanted: Verification["verdict"]) =>
        verdicts.filter(({ verdict }) => verdict === wanted).length / verdicts.length;
      done++;
      report(
        `${benchmark} ${decoding} ${percent(share("correct"))}` +
          (share("unverified") === 0 ? "" : `, unverified ${percent(share("unverified"))}`),
      );
    }
  }
  if (Object.keys(ledgers).length > 0) await writeLedgers(context.dir, ledgers);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
