/** @file Greedy accuracy on whole problems: what checkpoints are chosen by. */
import type { Task, TaskFormat } from "../../domains/task.ts";
import type { Generator } from "../../policy/generator.ts";
import type { Policy } from "../../policy/policy.ts";
import { completionRoom } from "../../policy/room.ts";
import { StopCondition } from "../../policy/stopping.ts";
import { Rng } from "../../random/rng.ts";

/** Greedy decoding draws nothing from it. */
const unused = new Rng("greedy");

/**
 * Share of the problems (0 to 1) that the policy answers rightly, each once and greedily, within its token budget or, without one, the policy's context.
 *
 * @throws {InputError} where a problem does not fit with its budget into the context.
 */
export async function validate(
  policy: Policy,
  generator: Generator,
  format: TaskFormat,
  tasks: readonly Task[],
): Promise<number> {
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
  let right = 0;
  completions.forEach(([completion], i) => {
    const text = policy.decodeCompletion(completion!.tokens);
    if (format.verify(text, tasks[i]!.answer).correct) right++;
  });
  return right / tasks.length;
}
