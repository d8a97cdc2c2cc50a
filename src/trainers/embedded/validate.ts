/** @file Greedy accuracy on whole problems: what checkpoints are chosen by. */
import type { Task, TaskFormat } from "../../domains/task.ts";
import type { Generator } from "../../policy/generator.ts";
import type { Policy } from "../../policy/policy.ts";
import { roomBehind } from "../../policy/room.ts";
import { StopCondition } from "../../policy/stopping.ts";
import { Rng } from "../../random/rng.ts";

/** A validation of a policy. */
export interface Validation {
  /** Share of the problems answered rightly, 0 to 1. */
  readonly accuracy: number;
  /** Tokens sampled for it. */
  readonly tokens: number;
}

/** Greedy decoding draws nothing from it. */
const unused = new Rng("greedy");

/**
 * Answers each problem once, greedily, within its token budget or, without one, the policy's context.
 *
 * @throws {InputError} where a problem leaves no room in the context.
 */
export async function validate(
  policy: Policy,
  generator: Generator,
  format: TaskFormat,
  tasks: readonly Task[],
): Promise<Validation> {
  const stop = new StopCondition(policy.config.eosTokenIds, [], policy.tokenizer);
  const requests = tasks.map((task) => {
    const prompt = policy.encodePrompt(format.question(task.problem));
    const room = roomBehind(policy.config, prompt, task.id);
    return { prompt, streams: [unused], maxTokens: Math.min(task.budget ?? Infinity, room) };
  });
  const completions = await generator.generate(requests, {
    temperature: 0,
    topP: 1,
    topK: 0,
    stop,
  });
  let right = 0;
  let tokens = 0;
  completions.forEach(([completion], i) => {
    tokens += completion!.tokens.length;
    const text = policy.decodeCompletion(completion!.tokens);
    if (format.verify(text, tasks[i]!.answer).correct) right++;
  });
  return { accuracy: right / tasks.length, tokens };
}
