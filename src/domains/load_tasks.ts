/** @file From declared data to tasks: generated problems, or a file of expert solutions. */
import { splitTrajectories } from "../data/split.ts";
import { loadTrajectories } from "../data/load_trajectories.ts";
import { InputError } from "../errors.ts";
import type { ResolvedData } from "../experiment/data.ts";
import type { ResolvedBenchmark } from "../experiment/evaluation.ts";
import { numberedFormat } from "./numbered/format.ts";
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
}

/**
 * Makes or reads training data.
 *
 * @throws {InputError} where a file cannot be read or has nothing to train on.
 */
export async function loadTraining(data: ResolvedData): Promise<TrainingTasks> {
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
    };
  }
  const tasks = await readTasks(data.file);
  const held = data.validation < 1 ? Math.round(data.validation * tasks.length) : data.validation;
  const split = splitTrajectories(tasks, {
    validation: held,
    seed: data.seed,
    field: `data.validation: ${data.file}`,
  });
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const train = split.train.map(({ id }) => byId.get(id)!);
  return {
    format: numberedFormat,
    train,
    validation: split.validation.map(({ id }) => byId.get(id)!),
    task: (index) => train[index % train.length]!,
    demonstration: null,
  };
}

/** Problems of a benchmark, with how they are written and checked. */
export async function loadBenchmark(
  benchmark: ResolvedBenchmark,
): Promise<{ readonly format: TaskFormat; readonly tasks: readonly Task[] }> {
  if (benchmark.domain === "file") {
    return { format: numberedFormat, tasks: await readTasks(benchmark.file) };
  }
  const { tier, problems, seed } = benchmark;
  const tasks = Array.from({ length: problems }, (_, i) => relayTask(tier, "benchmark", seed, i));
  return { format: relayFormat, tasks };
}

async function readTasks(file: string): Promise<Task[]> {
  const { trajectories, ledger } = await loadTrajectories(file);
  if (trajectories.length === 0) {
    throw new InputError(
      `${file}: expected solutions in numbered steps, found none in ${ledger.rows} rows; the first: ${
        ledger.dropped[0]?.detail
      }`,
    );
  }
  return trajectories.map((trajectory) => ({ ...trajectory, budget: null, solution: null }));
}
