/** @file What GRPO samples from: step instances (SRL), whole problems (RLVR), or the rest of solutions (R3). */
import { ReverseCurriculum, stepsLeft } from "../../algorithms/reverse_curriculum.ts";
import { type Source, sourceOf } from "../../algorithms/source.ts";
import { manyThoughts } from "../../data/granularity/granularity.ts";
import { stepInstances } from "../../data/step_instances.ts";
import { answered, type TrainingTasks } from "../../domains/load_tasks.ts";
import type { Task, TaskFormat } from "../../domains/task.ts";
import { InputError } from "../../errors.ts";
import type { ResolvedR3 } from "../../experiment/r3.ts";
import type { ResolvedPractice } from "../../experiment/stages.ts";
import type { Thinking } from "../../policy/prompt_encoder.ts";
import type { FormatOptions } from "../../rewards/format.ts";
import type { RewardInstance } from "../../rewards/reward.ts";
import { targetFault } from "../../rewards/target_fault.ts";
import type { Rng } from "../../random/rng.ts";
import { curriculumSource } from "./curriculum_source.ts";

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
  /** Which part of a solution is asked for, where it is its rest. */
  readonly rest?: RestOfSolution;
  /** The start position that a curriculum drew this for, from 1. */
  readonly stage?: number;
}

/** The last steps of a solution. */
export interface RestOfSolution {
  /** Id of the problem. */
  readonly of: string;
  /** How many steps are asked for. */
  readonly left: number;
  /** How many the solution has. */
  readonly steps: number;
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
  /** Where the source's prompts start; null where that does not move. */
  readonly curriculum: ReverseCurriculum | null;
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
  stage: ResolvedPractice,
  tasks: TrainingTasks,
  rng: Rng,
  { thinking = "none", items: fitting = null, countTokens }: GrpoConditions = {},
): GrpoSetting {
  const { format } = tasks;
  const { system } = format;
  requireThinking(stage, thinking, stage.kind);
  const items = fitting ?? trainingItems(stage, tasks, countTokens);
  const make = (index: number) => itemsOf(stage, tasks, tasks.task(index), countTokens);
  const action = format.action ? { action: format.action } : {};
  const opened = thinking === "opened" ? { thinkOpened: true } : {};
  if (stage.kind !== "srl") {
    const output = { ...action, ...opened, thoughts: "many" } as const;
    const curriculum = stage.kind === "r3" ? new ReverseCurriculum(stage, rng) : null;
    const source = curriculum
      ? curriculumSource(items, make, curriculum, rng)
      : sourceOf(items, make, rng);
    return { system, items, source, curriculum, output, cutIsBroken: false, stops: [] };
  }
  const source = sourceOf(items, make, rng);
  // The form of one action says nothing of several. Where these are one, a monologue may stand before each.
  const form = manyThoughts(stage.granularity) ? { thoughts: "many" } as const : action;
  const output = { ...form, ...opened };
  const stops = format.stepStop;
  return { system, items, source, curriculum: null, output, cutIsBroken: true, stops };
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
 * @throws {InputError} where the problems give no prompt: a solution of one step has no targets but `1..N`, and RLVR and R3 need
 * answers; and as {@link requireTargets}.
 */
export function trainingItems(
  stage: ResolvedPractice,
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
  { kind, reward, maxRewardFailures }: ResolvedPractice,
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
 * All prompts that a task gives; none for RLVR and R3 where no answer is known, since no rollout could earn anything.
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
  stage: ResolvedPractice,
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
  if (stage.kind === "r3") return answered(task) ? restsOf(stage, format, task) : [];
  const { granularity, targets, nextTitle, context } = stage;
  const entire = granularity === "whole" || granularity === "answer";
  const maxTokens = entire ? Math.min(stage.maxTokens, task.budget ?? Infinity) : stage.maxTokens;
  const options = { granularity, targets, nextTitle, context, format: format.prompt };
  const { problem, answer } = task;
  return stepInstances(task, { ...options, ...(countTokens ? { countTokens } : {}) })
    .map(({ id, prompt, target, steps: [first, last] }) => {
      // Where a whole solution is asked for, nothing but its end ends it.
      const stopAfter = entire ? Infinity : last - first + 1;
      const item = { id, prompt, target, problem, answer, maxTokens };
      return stopAfter === 1 ? item : { ...item, stopAfter };
    });
}

/**
 * The rests of a solution, one for each start position that differs from those before it. A prompt gives the steps before as SRL does,
 * or, from the beginning, asks for the whole solution as RLVR does. Of a task's token budget a rest has the share of its steps.
 */
function restsOf(stage: ResolvedR3, format: TaskFormat, task: Task): GrpoItem[] {
  const { id, problem, answer, steps, budget } = task;
  const count = steps.length;
  const titled = steps.some(({ title }) => title !== undefined);
  const positions = Array.from({ length: stage.stages }, (_, i) => i + 1);
  const lengths = new Set(positions.map((position) => stepsLeft(count, position, stage.stages)));
  return [...lengths].map((left): GrpoItem => {
    const given = steps.slice(0, count - left);
    const asked = { kind: "steps", count: left, omitted: 0, titled } as const;
    const share = budget === null ? Infinity : Math.ceil(budget * left / count);
    const first = count - left + 1;
    return {
      // As the ids of step instances.
      id: left === count ? id : `${id}#${first === count ? "" : `${first}-`}${count}`,
      prompt: left === count
        ? format.question(problem)
        : format.prompt.render(problem, given, undefined, asked),
      target: answer,
      problem,
      answer,
      maxTokens: Math.min(stage.maxTokens, share),
      rest: { of: id, left, steps: count },
    };
  });
}
