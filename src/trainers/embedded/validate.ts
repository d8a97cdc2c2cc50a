/** @file Greedy accuracy on whole problems: what checkpoints are chosen by. */
import type { Task, TaskFormat } from "../../domains/task.ts";
import type { Generator } from "../../policy/generator.ts";
import type { Policy } from "../../policy/policy.ts";
import { completionRoom } from "../../policy/room.ts";
import { StopCondition } from "../../policy/stopping.ts";
import { Rng } from "../../random/rng.ts";
import type { AnswerVerifier, Verification } from "../../rewards/answer_verifier.ts";

/** Greedy decoding draws nothing from it. */
const unused = new Rng("greedy");

/** What validation found. */
export interface Validation {
  /** Share of the problems (0 to 1) that the policy answers rightly. */
  readonly validation: number;
  /** How many answers could not be verified, which count as not right; absent where all could. */
  readonly validationUnverified?: number;
}

/**
 * The policy's accuracy on some problems, each answered once and greedily, within its token budget or, without one, the policy's
 * context.
 *
 * @param verifier That of the format.
 * @throws {InputError} where a problem does not fit with its budget into the context.
 */
export async function validate(
  policy: Policy,
  generator: Generator,
  format: TaskFormat,
  tasks: readonly Task[],
  verifier: AnswerVerifier,
): Promise<Validation> {
  const stop = new StopCondition(policy.prompts.endTokenIds, [], policy.tokenizer);
  const requests = tasks.map((task) => {
    const asked = { system: format.system, user: format.question(task.problem) };
    const prompt = policy.prompts.encode(asked).ids;
    const maxTokens = completionRoom(policy.config, prompt, task.budget, task.id);
    return { prompt, streams: [unused], maxTokens };
  });
  const completions = await generator.generate(requests, {
    temperature: 0,
    topP: 1,
    topK: 0,
    stop,
  });
  const verdicts = await verifier.verify(completions.map(([completion], i) => ({
    completion: policy.decodeCompletion(completion!.tokens),
    answer: tasks[i]!.answer,
  })));
  const count = (wanted: Verification["verdict"]) =>
    verdicts.filter(({ verdict }) => verdict === wanted).length;
  const unverified = count("unverified");
  return {
    validation: count("correct") / tasks.length,
    ...unverified === 0 ? {} : { validationUnverified: unverified },
  };
}
