/** @file Whether every prompt of an experiment fits its policies' context: asked before anything runs. */
import { loadBenchmark, loadTraining, type TrainingTasks } from "../../domains/load_tasks.ts";
import type { Task, TaskFormat } from "../../domains/task.ts";
import { InputError } from "../../errors.ts";
import type { ResolvedExperiment } from "../../experiment/schema.ts";
import type { ResolvedStage } from "../../experiment/stages.ts";
import { demonstrate } from "./demonstrations.ts";
import { itemsOf } from "./grpo_items.ts";
import { openStart } from "./start_policy.ts";

/** Problems of endless data that are looked at; the rest are like them. */
const ENDLESS_SAMPLE = 256;

/**
 * Reads an experiment's data as its stages will, and measures every prompt with each policy's tokenizer.
 *
 * @throws {InputError} for data or a policy that cannot be read, and for the first prompt that leaves no room for a completion.
 */
export async function checkContext(experiment: ResolvedExperiment): Promise<void> {
  const { data, evaluation } = experiment;
  const tasks = await loadTraining(data);
  const benchmarks = await Promise.all(
    Object.entries(evaluation.benchmarks).map(async ([name, declared]) => ({
      name,
      ...await loadBenchmark(declared),
    })),
  );
  for (const [size, policy] of Object.entries(experiment.policy)) {
    const { config, encode } = await openStart(policy, data, tasks);
    const check = (where: string, id: string, prompt: string, room: number) => {
      const tokens = encode(prompt).length;
      if (tokens + room <= config.maxPositions) return;
      throw new InputError(
        `${where}: ${id}: a prompt of ${tokens} tokens and ${room} more do not fit ` +
          `into the context of policy ${size}, ${config.maxPositions} tokens`,
      );
    };
    for (const [arm, stages] of Object.entries(experiment.arms)) {
      stages.forEach((stage, i) => {
        for (const { id, prompt, room } of needs(stage, tasks, encode)) {
          check(`arms.${arm}[${i}]`, id, prompt, room);
        }
      });
    }
    for (const { name, format, tasks: problems } of benchmarks) {
      for (const task of problems) {
        check(
          `evaluation.benchmarks.${name}`,
          task.id,
          ...whole(format, task, evaluation.maxTokens),
        );
      }
    }
    for (const task of tasks.validation) {
      check("data: validation", task.id, ...whole(tasks.format, task, null));
    }
  }
}

/** Prompts of a stage, each with the tokens that must fit behind it. */
function needs(
  stage: ResolvedStage,
  tasks: TrainingTasks,
  encode: (text: string) => number[],
): { id: string; prompt: string; room: number }[] {
  if (tasks.demonstration) return [];
  const train = tasks.train ?? Array.from({ length: ENDLESS_SAMPLE }, (_, i) => tasks.task(i));
  if (stage.kind !== "sft") {
    return train.flatMap((task) => itemsOf(stage, tasks, task))
      .map(({ id, prompt, maxTokens }) => ({ id, prompt, room: maxTokens }));
  }
  return train.map((task) => {
    const { prompt, completions } = demonstrate(stage, tasks, task);
    const lengths = completions.map((completion) => encode(completion).length);
    return { id: task.id, prompt, room: Math.max(...lengths) };
  });
}

/** The prompt for a whole solution, and its budget: at least a token where there is none. */
function whole(format: TaskFormat, task: Task, maxTokens: number | null): [string, number] {
  return [format.question(task.problem), maxTokens ?? task.budget ?? 1];
}
