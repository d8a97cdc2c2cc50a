/** @file From declared data to tasks: generated problems, or expert solutions. */
import type { Ledger } from "../data/ledger.ts";
import { loadProblems } from "../data/load_problems.ts";
import { openSource } from "../data/sources/open_source.ts";
import { loadPrompts } from "../data/prompts/load_prompts.ts";
import type { PromptFiles } from "../data/prompts/prompts.ts";
import { splitTrajectories } from "../data/split.ts";
import type { Trajectory } from "../data/trajectory.ts";
import { InputError } from "../errors.ts";
import { mappingText } from "../data/mappings/mappings.ts";
import { parserText } from "../data/steps/parsers.ts";
import type { ResolvedData, ResolvedRows } from "../experiment/data.ts";
import type { ResolvedBenchmark } from "../experiment/evaluation.ts";
import { defaultParser } from "../experiment/rows.ts";
import { sourceOf } from "../experiment/source_of.ts";
import { loadSolutions } from "./load_solutions.ts";
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
  /** What became of each row; null for generated problems. Stages count their prompts here too. */
  readonly ledger: Ledger | null;
  /** The same in one line; null for generated problems. */
  readonly note: string | null;
  /** Largest share of prompts that may be dropped because they are too long; null where none may be. */
  readonly maxDropped: number | null;
}

/** A problem of a benchmark. */
export type BenchmarkTask = Pick<Task, "id" | "problem" | "answer" | "budget">;

/** A problem set to measure with. */
export interface BenchmarkTasks {
  /** How the problems are written and checked. */
  readonly format: TaskFormat;
  /** The problems, each with an answer. */
  readonly tasks: readonly BenchmarkTask[];
  /** What became of each row; null for generated problems. */
  readonly ledger: Ledger | null;
  /** The same in one line; null for generated problems. */
  readonly note: string | null;
}

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
          "relay tier base: it has demonstrations for sft, and no problems to practise on",
        );
      },
      demonstration: tier === "base" ? (index) => baseDemonstration(seed, index) : null,
      ledger: null,
      note: null,
      maxDropped: null,
    };
  }
  const { trajectories, ledger } = await loadSolutions(data);
  const tasks = tasksOf(trajectories);
  const held = data.validation < 1 ? Math.round(data.validation * tasks.length) : data.validation;
  const split = splitTrajectories(tasks, {
    validation: held,
    seed: data.seed,
    field: `data.validation: ${ledger.source}`,
  });
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const train = split.train.map(({ id }) => byId.get(id)!);
  return {
    format: numberedFormatOf(await loadPrompts(prompts)),
    train,
    validation: split.validation.map(({ id }) => byId.get(id)!),
    task: (index) => train[index % train.length]!,
    demonstration: null,
    ledger,
    note: noteOn(data, ledger, tasks),
    maxDropped: data.maxDropped,
  };
}

/**
 * Makes or reads the problems of a benchmark. Rows need a problem and an answer and nothing else; those that have no answer are
 * dropped: no completion could be right.
 *
 * @param prompts Templates of the prompts; relay problems have a notation of their own.
 * @param field Path of the declaration, to begin an error with.
 * @throws {InputError} where rows cannot be read, or there is nothing to measure with.
 */
export async function loadBenchmark(
  benchmark: ResolvedBenchmark,
  prompts: PromptFiles = {},
  field: string = "benchmark",
): Promise<BenchmarkTasks> {
  if (benchmark.domain !== "relay") {
    const source = await openSource(sourceOf(benchmark), field);
    const { mapping, parser } = benchmark;
    const { problems, ledger } = await loadProblems(source, { mapping, parser });
    ledger.failAbove(1);
    const tasks = problems.map((problem) => ({ ...problem, budget: null }));
    const format = numberedFormatOf(await loadPrompts(prompts), benchmark.rounded);
    return { format, tasks, ledger, note: noteOn(benchmark, ledger, null) };
  }
  const { tier, problems, seed } = benchmark;
  const tasks = Array.from({ length: problems }, (_, i) => relayTask(tier, "benchmark", seed, i));
  return { format: relayFormat, tasks, ledger: null, note: null };
}

/** Whether it is known which answer is right. */
export function answered({ answer }: Pick<Task, "answer">): boolean {
  return answer.trim() !== "";
}

/** What became of a source's rows; of the tasks to train on, how many have no answer. Null for those of a benchmark. */
function noteOn(
  declared: ResolvedRows,
  ledger: Ledger,
  tasks: readonly Task[] | null,
): string {
  const { domain, mapping, parser } = declared;
  const open = tasks?.filter((task) => !answered(task)).length ?? 0;
  const flags = [
    ...mapping === "generic" ? [] : [` --mapping ${mappingText(mapping)}`],
    ...parser === defaultParser(mapping) ? [] : [` --parser ${parserText(parser)}`],
    ...tasks === null ? [" --benchmark"] : [],
  ].join("");
  return [
    ledger.summary(),
    ...open > 0 ? [`${open} without an answer to check`] : [],
    ...ledger.dropped.length > 0 && domain !== "rows"
      ? [`\`deno task data ${ledger.source}${flags}\` says why`]
      : [],
  ].join("; ");
}

function tasksOf(trajectories: readonly Trajectory[]): Task[] {
  return trajectories.map((trajectory) => ({ ...trajectory, budget: null, solution: null }));
}
