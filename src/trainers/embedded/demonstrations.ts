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
  const completion = completionOf(stage.target, format, task);
  if (completion === null) {
    const what = stage.target === "solution" ? "thought-out solution" : "trace of reasoning";
    throw new InputError(
      `sft: target "${stage.target}": ${task.id} has no ${what}; expected "outline"`,
    );
  }
  return { prompt: format.question(task.problem), completions: [completion] };
}

/** What the policy is to write; null where the task does not have it. */
function completionOf(
  target: ResolvedSft["target"],
  format: TrainingTasks["format"],
  task: Task,
): string | null {
  if (target === "outline") return format.outline(task);
  if (target === "solution") return task.solution;
  return task.reasoning === undefined
    ? null
    : `<think>\n${task.reasoning}\n</think>\n\n${format.outline(task)}`;
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
