/** @file From declared data to tasks: generated problems, or a file of expert solutions. */
import type { Ledger } from "../data/ledger.ts";
import { loadTrajectories } from "../data/load_trajectories.ts";
import { loadPrompts } from "../data/prompts/load_prompts.ts";
import type { PromptFiles } from "../data/prompts/prompts.ts";
import { splitTrajectories } from "../data/split.ts";
import { InputError } from "../errors.ts";
import type { ResolvedData } from "../experiment/data.ts";
import type { ResolvedBenchmark } from "../experiment/evaluation.ts";
import { numberedFormatOf } from "./numbered/format.ts";
import { relayFormat } from "./relay/format.ts";
import { baseDemonstration, relayTask } from "./relay/tiers.ts";
import type { Demonstration, Task, TaskFormat } from "./task.ts";

/** Training data, ready to use. */
export interface TrainingTasks {
  /** How the problems are written and checked. */
  readonly format: TaskFormat;
  /** Problems to train on; null where they are endless. */
  readonly train: readonly Task[] | null;
  /** Held-out problems; may be none. */
  readonly validation: readonly Task[];
  /** Problem `index` of endless data. Throws {@link InputError} where there are demonstrations only. */
  task(index: number): Task;
  /** Demonstration `index` of a mixture that has them ready-made; null where they are made from tasks. */
  readonly demonstration: ((index: number) => Demonstration) | null;
  /** What became of a file's rows; null for generated problems. */
  readonly note: string | null;
  /** Largest share of prompts that may be dropped because they are too long; null where none may be. */
  readonly maxDropped: number | null;
}

/** A problem set to measure with. */
export interface BenchmarkTasks {
  /** How the problems are written and checked. */
  readonly format: TaskFormat;
  /** The problems, each with an answer. */
  readonly tasks: readonly Task[];
  /** What became of a file's rows; null for generated problems. */
  readonly note: string | null;
}

/** Most prompts of a file that may be too long: a file of which more is lost is not the data that was declared. */
const MAX_DROPPED = 0.2;

/**
 * Makes or reads training data.
 *
 * @param prompts Templates of a file's prompts; relay problems have a notation of their own.
 * @throws {InputError} where a file cannot be read or has nothing to train on.
 */
export async function loadTraining(
  data: ResolvedData,
  prompts: PromptFiles = {},
): Promise<TrainingTasks> {
  if (data.domain === "relay") {
    const { tier, seed } = data;
    const many = (purpose: "train" | "validation", count: number) =>
      Array.from(
        { length: count },
        (_, i) => relayTask(tier === "base" ? "easy" : tier, purpose, seed, i),
      );
    return {
      format: relayFormat,
      train: data.train === null ? null : many("train", data.train),
      // The mixture teaches the easy tier, and is validated there.
      validation: many("validation", data.validation),
      task(index) {
        if (tier !== "base") return relayTask(tier, "train", seed, index);
        throw new InputError(
          "relay tier base: it has demonstrations for sft, and no problems for srl or rlvr",
        );
      },
      demonstration: tier === "base" ? (index) => baseDemonstration(seed, index) : null,
      note: null,
      maxDropped: null,
    };
  }
  const { tasks, ledger } = await readTasks(data.file);
  const held = data.validation < 1 ? Math.round(data.validation * tasks.length) : data.validation;
  const split = splitTrajectories(tasks, {
    validation: held,
    seed: data.seed,
    field: `data.validation: ${data.file}`,
  });
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const train = split.train.map(({ id }) => byId.get(id)!);
  return {
    format: numberedFormatOf(await loadPrompts(prompts)),
    train,
    validation: split.validation.map(({ id }) => byId.get(id)!),
    task: (index) => train[index % train.length]!,
    demonstration: null,
    note: noteOn(ledger, ledger.used, tasks),
    maxDropped: MAX_DROPPED,
  };
}

/**
 * Makes or reads the problems of a benchmark. Those of a file that have no answer are left out: no completion could be
 * right.
 *
 * @param prompts Templates of a file's prompts.
 * @throws {InputError} where a file cannot be read or has nothing to measure with.
 */
export async function loadBenchmark(
  benchmark: ResolvedBenchmark,
  prompts: PromptFiles = {},
): Promise<BenchmarkTasks> {
  if (benchmark.domain === "file") {
    const { tasks: all, ledger } = await readTasks(benchmark.file);
    const tasks = all.filter(answered);
    if (tasks.length === 0) {
      throw new InputError(
        `${benchmark.file}: expected problems with an answer, found none in ${all.length}`,
      );
    }
    const format = numberedFormatOf(await loadPrompts(prompts));
    return { format, tasks, note: noteOn(ledger, tasks.length, all) };
  }
  const { tier, problems, seed } = benchmark;
  const tasks = Array.from({ length: problems }, (_, i) => relayTask(tier, "benchmark", seed, i));
  return { format: relayFormat, tasks, note: null };
}

/** Whether it is known which answer is right. */
export function answered({ answer }: Pick<Task, "answer">): boolean {
  return answer.trim() !== "";
}

/** How many of a file's rows are used; of its tasks, how many have no answer. */
function noteOn({ source, used: read, rows }: Ledger, used: number, tasks: Task[]): string {
  const open = tasks.filter((task) => !answered(task)).length;
  const left = rows - read;
  return [
    `${source}: ${used} of ${rows} rows used`,
    ...open > 0 ? [`${open} without an answer to check`] : [],
    ...left > 0
      ? [`\`deno task data ${source}\` says why ${left} ${left === 1 ? "is" : "are"} not read`]
      : [],
  ].join("; ");
}

async function readTasks(file: string): Promise<{ tasks: Task[]; ledger: Ledger }> {
  const { trajectories, ledger } = await loadTrajectories(file);
  if (trajectories.length === 0) {
    throw new InputError(
      `${file}: expected solutions in numbered steps, found none in ${ledger.rows} rows; the first: ${
        ledger.dropped[0]?.detail
      }`,
    );
  }
  const tasks = trajectories.map((trajectory) => ({ ...trajectory, budget: null, solution: null }));
  return { tasks, ledger };
}
