/** @file What a stage reads from a file, without what is too long for its policy. */
import type { TrainingTasks } from "../../domains/load_tasks.ts";
import type { Task, TaskFormat } from "../../domains/task.ts";
import type { ResolvedStage } from "../../experiment/stages.ts";
import { completionNeed, type RoomBound } from "../../policy/room.ts";
import { demonstrate } from "./demonstrations.ts";
import { type DroppedPrompt, fitting, requireMostFit } from "./fitting.ts";
import { type GrpoItem, trainingItems } from "./grpo_items.ts";
import type { Ruler, Sequence } from "./ruler.ts";

/** What bounds a stage's sequences. */
export interface StageBounds {
  /** The policy's context. */
  readonly context: RoomBound;
  /** The stage's micro-batches. */
  readonly microBatch: RoomBound;
  /** Where the stage is declared, for errors; empty in the stage itself. */
  readonly path: string;
}

/** What a stage is left with. */
export interface FittedStage {
  /** Problems to validate on, and to learn from by SFT. */
  readonly tasks: TrainingTasks;
  /** Prompts of GRPO; null for SFT, and where none may be dropped. */
  readonly items: readonly GrpoItem[] | null;
  /** How many prompts are left: those that are trained on, and the problems to validate on. */
  readonly used: number;
  /** What is left out of both. */
  readonly dropped: readonly DroppedPrompt[];
}

/** A whole problem, and any completion. */
export function questionSequence(
  { id, problem }: Pick<Task, "id" | "problem">,
  { system, question }: TaskFormat,
  wanted: number | null,
  what: string,
  ruler: Ruler,
): Sequence {
  const need = completionNeed(id, 0, wanted, what);
  return ruler.prompt(id, { system, user: question(problem) }, need.more, need.what);
}

/** A prompt of GRPO, and its longest completion. */
export function itemSequence(
  { id, prompt, maxTokens }: GrpoItem,
  stage: { readonly maxTokens: number },
  { system }: TaskFormat,
  path: string,
  ruler: Ruler,
): Sequence {
  const what = maxTokens < stage.maxTokens
    ? `its budget${path === "" ? "" : ` in ${path}`}`
    : `${path === "" ? "" : `${path}.`}maxTokens`;
  return ruler.prompt(id, { system, user: prompt }, maxTokens, what);
}

/**
 * Leaves out what does not fit: validation problems, and the prompts or demonstrations that are trained on. Where none may be
 * dropped (generated problems), everything stays, and the stage refuses what does not fit when it comes to it.
 *
 * @throws {InputError} where all of the prompts of one kind, or more than `tasks.maxDropped`, do not fit.
 */
export function fitStage(
  stage: ResolvedStage,
  tasks: TrainingTasks,
  ruler: Ruler,
  { context, microBatch, path }: StageBounds,
): FittedStage {
  const { maxDropped, format } = tasks;
  if (maxDropped === null) return { tasks, items: null, used: 0, dropped: [] };
  const dropped: DroppedPrompt[] = [];
  const fit = <T>(all: readonly T[], sequenceOf: (item: T) => Sequence, bounds: RoomBound[]) => {
    const found = fitting(all, sequenceOf, bounds);
    requireMostFit(found, maxDropped);
    dropped.push(...found.dropped);
    return found.kept;
  };
  const both = [context, microBatch];
  const train = tasks.train ?? [];
  const asked = fit(
    tasks.validation,
    (task) => questionSequence(task, format, task.budget, "its budget in validation", ruler),
    [context],
  );
  if (stage.kind !== "sft") {
    const items = fit(
      trainingItems(stage, tasks, ruler.countTokens) ?? [],
      (item) => itemSequence(item, stage, format, path, ruler),
      both,
    );
    const used = items.length + asked.length;
    return { tasks: { ...tasks, validation: asked }, items, used, dropped };
  }
  const what = `its completion${path === "" ? "" : ` in ${path}`}`;
  const demonstrated = (task: Task) =>
    ruler.demonstration(task.id, format.system, demonstrate(stage, tasks, task), what);
  const validation = fit(asked, demonstrated, both);
  const shown = fit(train, demonstrated, both);
  const used = shown.length + validation.length;
  return { tasks: { ...tasks, train: shown, validation }, items: null, used, dropped };
}
