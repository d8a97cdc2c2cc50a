/** @file What SFT learns from: solutions as prompt and completion. */
import { type Source, sourceOf } from "../../algorithms/source.ts";
import type { TrainingTasks } from "../../domains/load_tasks.ts";
import type { Demonstration, Task } from "../../domains/task.ts";
import { InputError } from "../../errors.ts";
import type { ResolvedSft } from "../../experiment/sft.ts";
import type { PromptGroup } from "../../policy/packing.ts";
import type { RoomNeed } from "../../policy/room.ts";
import type { Rng } from "../../random/rng.ts";
import type { PolicyStart } from "./start_policy.ts";

/** Demonstrations in the order of training. */
export function demonstrations(
  stage: ResolvedSft,
  tasks: TrainingTasks,
  sequenceOf: (example: Demonstration, id: string) => PromptGroup<number>,
  rng: Rng,
): Source<PromptGroup<number>> {
  const made = tasks.train?.map((task) => sequenceOf(demonstrate(stage, tasks, task), task.id)) ??
    null;
  const make = (index: number) => {
    const { example, id } = demonstrationAt(stage, tasks, index);
    return [sequenceOf(example, id)];
  };
  return sourceOf(made, make, rng);
}

/** Demonstration `index` of endless data, and what an error calls it. */
export function demonstrationAt(
  stage: ResolvedSft,
  tasks: TrainingTasks,
  index: number,
): { readonly example: Demonstration; readonly id: string } {
  if (tasks.demonstration) {
    return { example: tasks.demonstration(index), id: `example ${index}` };
  }
  const task = tasks.task(index);
  return { example: demonstrate(stage, tasks, task), id: task.id };
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

/** A demonstration as ids, behind what is said before every prompt; each completion ends with the token that ends one. */
export function encodeDemonstration(
  { prompts }: Pick<PolicyStart, "prompts">,
  system: string,
  { prompt, completions }: Demonstration,
): PromptGroup<number> {
  return {
    prompt: prompts.encode({ system, user: prompt }).ids,
    completions: completions.map((text, tag) => ({ tokens: prompts.encodeCompletion(text), tag })),
  };
}

/** What a demonstration's longest completion needs. */
export function demonstrationNeed(
  { prompt, completions }: PromptGroup<unknown>,
  id: string,
): RoomNeed {
  const more = Math.max(...completions.map(({ tokens }) => tokens.length));
  return { id, prompt: prompt.length, more, what: "its completion" };
}
