/** @file What SFT learns from: solutions as prompt and completion. */
import { type Source, sourceOf } from "../../algorithms/source.ts";
import type { TrainingTasks } from "../../domains/load_tasks.ts";
import type { Demonstration, Task } from "../../domains/task.ts";
import { InputError } from "../../errors.ts";
import type { ResolvedSft } from "../../experiment/sft.ts";
import type { PromptGroup } from "../../policy/packing.ts";
import type { Rng } from "../../random/rng.ts";

/** Demonstrations in the order of training. */
export function demonstrations(
  stage: ResolvedSft,
  tasks: TrainingTasks,
  sequenceOf: (example: Demonstration) => PromptGroup<number>,
  rng: Rng,
): Source<PromptGroup<number>> {
  const { demonstration } = tasks;
  const made = tasks.train?.map((task) => sequenceOf(demonstrate(stage, tasks, task))) ?? null;
  const make = demonstration ?? ((index) => demonstrate(stage, tasks, tasks.task(index)));
  return sourceOf(made, (index) => [sequenceOf(make(index))], rng);
}

/** A task's solution in the form that the stage asks for. */
export function demonstrate(
  stage: ResolvedSft,
  { format }: TrainingTasks,
  task: Task,
): Demonstration {
  const completion = stage.target === "outline" ? format.outline(task) : task.solution;
  if (completion === null) {
    throw new InputError(
      `sft: target "solution": ${task.id} has no thought-out solution; expected "outline"`,
    );
  }
  return { prompt: format.question(task.problem), completions: [completion] };
}
