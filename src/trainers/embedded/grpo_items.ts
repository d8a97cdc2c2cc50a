/** @file What GRPO samples from: step instances (SRL), or whole problems (RLVR). */
import { type Source, sourceOf } from "../../algorithms/source.ts";
import { manyThoughts } from "../../data/granularity/granularity.ts";
import { stepInstances } from "../../data/step_instances.ts";
import { answered, type TrainingTasks } from "../../domains/load_tasks.ts";
import type { Task } from "../../domains/task.ts";
import { InputError } from "../../errors.ts";
import type { ResolvedRlvr } from "../../experiment/rlvr.ts";
import type { ResolvedSrl } from "../../experiment/srl.ts";
import type { Thinking } from "../../policy/prompt_encoder.ts";
import type { FormatOptions } from "../../rewards/format.ts";
import type { RewardInstance } from "../../rewards/reward.ts";
import { targetFault } from "../../rewards/target_fault.ts";
import type { Rng } from "../../random/rng.ts";

/** One prompt for a group of rollouts. */
export interface GrpoItem extends RewardInstance {
  /** Id of the step instance or the problem. */
  readonly id: string;
  /** What the policy continues. */
  readonly prompt: string;
  /** Most tokens of a completion. */
  readonly maxTokens: number;
  /** How many times a stop must be there to end a completion; absent where once. */
  readonly stopAfter?: number;
}

/** What a setting depends on besides stage and tasks. */
export interface GrpoConditions {
  /** How the policy's chat template leaves the monologue. Default `none`. */
  readonly thinking?: Thinking;
  /** The prompts to sample from, where not all of the stage's fit. */
  readonly items?: readonly GrpoItem[] | null;
  /** Tokens of a text, for the granularity `tokens(n)`. */
  readonly countTokens?: (text: string) => number;
}

/** What a stage samples from, and how its rollouts are read. */
export interface GrpoSetting {
  /** What is said before every prompt; empty for nothing. */
  readonly system: string;
  /** Every prompt; null where they are made without end. */
  readonly items: readonly GrpoItem[] | null;
  /** Prompts, in the order of training. */
  readonly source: Source<GrpoItem>;
  /** What a completion is to look like. */
  readonly output: FormatOptions;
  /** Whether a completion that the token budget cut off has a broken format, however it looks. */
  readonly cutIsBroken: boolean;
  /** Texts that end a completion. */
  readonly stops: readonly string[];
}

/**
 * The setting of a stage.
 *
 * @throws {InputError} as {@link trainingItems} and {@link requireThinking}.
 */
export function grpoSetting(
  stage: ResolvedSrl | ResolvedRlvr,
  tasks: TrainingTasks,
  rng: Rng,
  { thinking = "none", items: fitting = null, countTokens }: GrpoConditions = {},
): GrpoSetting {
  const { format } = tasks;
  const { system } = format;
  requireThinking(stage, thinking, stage.kind);
  const items = fitting ?? trainingItems(stage, tasks, countTokens);
  const source = sourceOf(items, (i) => itemsOf(stage, tasks, tasks.task(i), countTokens), rng);
  const action = format.action ? { action: format.action } : {};
  const opened = thinking === "opened" ? { thinkOpened: true } : {};
  if (stage.kind === "rlvr") {
    const output = { ...action, ...opened, thoughts: "many" } as const;
    return { system, items, source, output, cutIsBroken: false, stops: [] };
  }
  // The form of one action says nothing of several. Where these are one, a monologue may stand before each.
  const form = manyThoughts(stage.granularity) ? { thoughts: "many" } as const : action;
  const output = { ...form, ...opened };
  return { system, items, source, output, cutIsBroken: true, stops: format.stepStop };
}

/**
 * Fails for step-wise training of a policy that cannot think: every rollout would break the format.
 *
 * @param path Names the stage.
 * @throws {InputError} for `srl` where the chat template closes `<think>` before the policy writes.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * requireThinking({ kind: "rlvr" }, "closed", "arms.rlvr[0]");
 * assertThrows(() => requireThinking({ kind: "srl" }, "closed", "arms.srl[0]"), Error, "arms.srl[0]: ");
 * ```
 */
export function requireThinking(
  { kind }: { readonly kind: string },
  thinking: Thinking,
  path: string,
): void {
  if (kind !== "srl" || thinking !== "closed") return;
  throw new InputError(
    `${path}: found a chat template that closes <think> before the policy writes; ` +
      "expected one that leaves thinking to it, perhaps by prompts.chat: srl's format asks for it",
  );
}

/**
 * Every prompt of a stage; null where they are made without end.
 *
 * @throws {InputError} where the problems give no prompt: a solution of one step has no targets but `1..N`, and RLVR needs
 * answers; and as {@link requireTargets}.
 */
export function trainingItems(
  stage: ResolvedSrl | ResolvedRlvr,
  tasks: TrainingTasks,
  countTokens?: (text: string) => number,
): GrpoItem[] | null {
  const items = tasks.train?.flatMap((task) => itemsOf(stage, tasks, task, countTokens)) ?? null;
  if (items?.length === 0) {
    const what = stage.kind === "srl" && stage.granularity !== "answer"
      ? `steps in targets ${stage.targets}`
      : "an answer to check";
    throw new InputError(
      `${stage.kind}: expected problems with ${what}, found none in ${tasks.train!.length}`,
    );
  }
  if (items !== null) requireTargets(stage, items);
  return items;
}

/**
 * Fails where more of the prompts than may fail (`maxRewardFailures`) cannot be scored whatever the policy writes: the stage would
 * do so after it has sampled for nothing.
 *
 * @throws {InputError} naming the first of them.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { srl, srlSchema } from "../../experiment/srl.ts";
 * import { toolCall } from "../../rewards/tool_call.ts";
 *
 * const stage = srlSchema.parse(srl({ updates: 1, learningRate: 1e-3, reward: toolCall() }));
 * const item = { id: "a#1", prompt: "p", target: "Look.", problem: "p", answer: "", maxTokens: 9 };
 * assertThrows(
 *   () => requireTargets(stage, [item]),
 *   Error,
 *   `srl.reward: a#1: tool-call: expected a call in the expert's action, found "Look."; ` +
 *     "1 of 1 prompts cannot be scored, at most 5 % may fail (maxRewardFailures)",
 * );
 * ```
 */
export function requireTargets(
  { kind, reward, maxRewardFailures }: ResolvedSrl | ResolvedRlvr,
  items: readonly GrpoItem[],
): void {
  const faults = items.flatMap((item) => {
    const fault = targetFault(reward, item);
    return fault === null ? [] : [{ id: item.id, fault }];
  });
  const [first] = faults;
  if (first === undefined || faults.length <= maxRewardFailures * items.length) return;
  throw new InputError(
    `${kind}.reward: ${first.id}: ${first.fault}; ${faults.length} of ${items.length} prompts cannot be scored, ` +
      `at most ${100 * maxRewardFailures} % may fail (maxRewardFailures)`,
  );
}

/**
 * All prompts that a task gives; none for RLVR where no answer is known, since no rollout could earn anything.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { numberedFormat } from "../../domains/numbered/format.ts";
 * import { rlvr, rlvrSchema } from "../../experiment/rlvr.ts";
 *
 * const stage = rlvrSchema.parse(rlvr({ updates: 1, learningRate: 1e-3, maxTokens: 64 }));
 * const steps = [{ action: "1 + 1 = 2" }];
 * const task = { id: "a", problem: "1 + 1?", steps, answer: "2", budget: null, solution: null };
 * const [item] = itemsOf(stage, { format: numberedFormat }, task);
 * assertEquals([item!.id, item!.target, item!.maxTokens], ["a", "2", 64]);
 * ```
 */
export function itemsOf(
  stage: ResolvedSrl | ResolvedRlvr,
  { format }: Pick<TrainingTasks, "format">,
  task: Task,
  countTokens?: (text: string) => number,
): GrpoItem[] {
  if (stage.kind === "rlvr") {
    if (!answered(task)) return [];
    return [{
      id: task.id,
      prompt: format.question(task.problem),
      target: task.answer,
      problem: task.problem,
      answer: task.answer,
      maxTokens: Math.min(stage.maxTokens, task.budget ?? Infinity),
    }];
  }
  const { granularity, targets, nextTitle, context } = stage;
  const entire = granularity === "whole" || granularity === "answer";
  const maxTokens = entire ? Math.min(stage.maxTokens, task.budget ?? Infinity) : stage.maxTokens;
  const options = { granularity, targets, nextTitle, context, format: format.prompt };
  const { problem, answer } = task;
  return stepInstances(task, { ...options, ...(countTokens ? { countTokens } : {}) })
    .map((instance) => {
      const { id, target, steps: [first, last] } = instance;
      // Where a whole solution is asked for, nothing but its end ends it.
      const stopAfter = entire ? Infinity : last - first + 1;
      return {
        id,
        get prompt() {
          return instance.prompt;
        },
        target,
        problem,
        answer,
        maxTokens,
        ...stopAfter === 1 ? {} : { stopAfter },
      };
    });
}
