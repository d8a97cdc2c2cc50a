/** @file What GRPO samples from: step instances (SRL), or whole problems (RLVR). */
import { type Source, sourceOf } from "../../algorithms/source.ts";
import { stepInstances } from "../../data/step_instances.ts";
import { answered, type TrainingTasks } from "../../domains/load_tasks.ts";
import type { Task } from "../../domains/task.ts";
import { InputError } from "../../errors.ts";
import type { ResolvedRlvr } from "../../experiment/rlvr.ts";
import type { ResolvedSrl } from "../../experiment/srl.ts";
import type { FormatOptions } from "../../rewards/format.ts";
import type { RewardInstance } from "../../rewards/reward.ts";
import type { Rng } from "../../random/rng.ts";

/** One prompt for a group of rollouts. */
export interface GrpoItem extends RewardInstance {
  /** Id of the step instance or the problem. */
  readonly id: string;
  /** What the policy continues. */
  readonly prompt: string;
  /** Most tokens of a completion. */
  readonly maxTokens: number;
}

/** What a stage samples from, and how its rollouts are read. */
export interface GrpoSetting {
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
 * @throws {InputError} as {@link trainingItems}.
 */
export function grpoSetting(
  stage: ResolvedSrl | ResolvedRlvr,
  tasks: TrainingTasks,
  rng: Rng,
): GrpoSetting {
  const { format } = tasks;
  const items = trainingItems(stage, tasks);
  const source = sourceOf(items, (i) => itemsOf(stage, tasks, tasks.task(i)), rng);
  const action = format.action ? { action: format.action } : {};
  return stage.kind === "srl"
    ? { items, source, output: action, cutIsBroken: true, stops: format.stepStop }
    : { items, source, output: { ...action, thoughts: "many" }, cutIsBroken: false, stops: [] };
}

/**
 * Every prompt of a stage; null where they are made without end.
 *
 * @throws {InputError} where the problems give no prompt: a solution of one step has no targets but `1..N`, and RLVR needs
 * answers.
 */
export function trainingItems(
  stage: ResolvedSrl | ResolvedRlvr,
  tasks: TrainingTasks,
): GrpoItem[] | null {
  const items = tasks.train?.flatMap((task) => itemsOf(stage, tasks, task)) ?? null;
  if (items?.length === 0) {
    const what = stage.kind === "srl" ? `steps in targets ${stage.targets}` : "an answer to check";
    throw new InputError(
      `${stage.kind}: expected problems with ${what}, found none in ${tasks.train!.length}`,
    );
  }
  return items;
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
  return stepInstances(task, { targets: stage.targets, format: format.prompt })
    .map(({ id, prompt, target }) => ({
      id,
      prompt,
      target,
      problem: task.problem,
      answer: task.answer,
      maxTokens: stage.maxTokens,
    }));
}
