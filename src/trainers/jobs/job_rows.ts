/** @file What a job trains on: the rows of `data.jsonl`, and the order in which they are taken. */
import type { TrainingTasks } from "../../domains/load_tasks.ts";
import { completionRoom } from "../../policy/room.ts";
import type { ResolvedRlvr } from "../../experiment/rlvr.ts";
import type { ResolvedSft } from "../../experiment/sft.ts";
import type { ResolvedSrl } from "../../experiment/srl.ts";
import { Rng } from "../../random/rng.ts";
import type { ReadingOptions } from "../../rewards/read_completion.ts";
import { demonstrate, demonstrations, encodeDemonstration } from "../embedded/demonstrations.ts";
import { type GrpoItem, grpoSetting } from "../embedded/grpo_items.ts";
import type { PolicyStart } from "../embedded/start_policy.ts";

/** What every row has. */
interface JobRow {
  /** Id of the problem or the step instance. */
  readonly id: string;
  /** The prompt as the policy reads it. */
  readonly prompt: string;
  /** How many tokens it has. */
  readonly promptTokens: number;
  /** Their ids. */
  readonly promptIds: readonly number[];
}

/** A prompt of GRPO. */
export interface PracticeRow extends JobRow {
  /** The expert's action, or the expected answer. */
  readonly target: string;
  /** The problem's text. */
  readonly problem: string;
  /** The problem's final answer; empty where none is known. */
  readonly answer: string;
  /** Most tokens of a completion. */
  readonly maxTokens: number;
  /** How many times a stop must be there to end a completion; null for never, absent where once. */
  readonly stopAfter?: number | null;
}

/** A demonstration. */
export interface DemonstrationRow extends JobRow {
  /** What is to be written. */
  readonly completion: string;
  /** How many tokens it has, the one that ends it included. */
  readonly completionTokens: number;
  /** Their ids. */
  readonly completionIds: readonly number[];
}

/** Rows, and which of them are taken when. */
export interface JobRows<Row> {
  /** Each once. */
  readonly rows: readonly Row[];
  /** Indices of rows, as the embedded engine takes them with the same seed. */
  readonly order: readonly number[];
}

/** What the sampling of a job is told of its prompts. */
export interface PracticeSetting extends ReadingOptions {
  /** Texts that end a completion. */
  readonly stops: readonly string[];
}

/** Gives each distinct object a number, in order of appearance. */
function numbered<T extends object, Row>(
  taken: readonly T[],
  rowOf: (item: T) => Row,
): JobRows<Row> {
  const places = new Map<T, number>();
  const rows: Row[] = [];
  const order = taken.map((item) => {
    const known = places.get(item);
    if (known !== undefined) return known;
    places.set(item, rows.length);
    return rows.push(rowOf(item)) - 1;
  });
  return { rows, order };
}

/**
 * The prompts of a stage of GRPO, in the order in which they are sampled: as many as it can come to where every round of dynamic sampling
 * keeps nothing.
 *
 * @param items The prompts to sample from; null for all of the stage's.
 */
export function practiceRows(
  stage: ResolvedSrl | ResolvedRlvr,
  tasks: TrainingTasks,
  start: PolicyStart,
  items: readonly GrpoItem[] | null,
  seed: number,
): JobRows<PracticeRow> & { readonly setting: PracticeSetting } {
  const { prompts, tokenizer } = start;
  const countTokens = (text: string) => tokenizer.encode(text).length;
  const rng = new Rng(stage.kind, seed);
  const { source, system, ...rest } = grpoSetting(stage, tasks, rng, {
    thinking: prompts.thinking,
    items,
    countTokens,
  });
  const rounds = stage.dynamicSampling ? 1 + stage.dynamicSampling.maxRefills : 1;
  const taken = source.take(stage.updates / stage.updatesPerBatch * stage.groups * rounds);
  const setting = { output: rest.output, cutIsBroken: rest.cutIsBroken, stops: rest.stops };
  const made = numbered(taken, (item): PracticeRow => {
    const { ids, text } = prompts.encode({ system, user: item.prompt });
    const { id, target, problem, answer, maxTokens, stopAfter } = item;
    return {
      ...{ id, prompt: text, target, problem, answer, maxTokens },
      ...stopAfter === undefined
        ? {}
        : { stopAfter: Number.isFinite(stopAfter) ? stopAfter : null },
      promptTokens: ids.length,
      promptIds: ids,
    };
  });
  return { ...made, setting };
}

/**
 * The demonstrations of a stage of SFT, in the order in which it trains on them.
 *
 * @param updates Optimiser updates in all.
 */
export function demonstrationRows(
  stage: ResolvedSft,
  tasks: TrainingTasks,
  start: PolicyStart,
  updates: number,
  seed: number,
): JobRows<DemonstrationRow> {
  const { system } = tasks.format;
  const texts = new WeakMap<object, Pick<JobRow, "id" | "prompt"> & { completion: string }>();
  const source = demonstrations(
    stage,
    tasks,
    (example, id) => {
      const group = encodeDemonstration(start, system, example);
      const prompt = start.prompts.render({ system, user: example.prompt });
      const completion = start.prompts.completion(example.completions[0]!);
      texts.set(group, { id, prompt, completion });
      return group;
    },
    new Rng("sft", seed),
  );
  return numbered(source.take(updates * stage.batch), (group) => {
    const { tokens } = group.completions[0]!;
    const text = texts.get(group)!;
    return {
      ...{ id: text.id, prompt: text.prompt, completion: text.completion },
      promptTokens: group.prompt.length,
      completionTokens: tokens.length,
      promptIds: group.prompt,
      completionIds: tokens,
    };
  });
}

/** The held-out problems, each to be answered once and greedily, as the embedded engine's validation asks them. */
export function validationPrompts(tasks: TrainingTasks, start: PolicyStart): PracticeRow[] {
  const { format, validation } = tasks;
  return validation.map((task) => {
    const asked = { system: format.system, user: format.question(task.problem) };
    const { ids, text } = start.prompts.encode(asked);
    return {
      ...{ id: task.id, prompt: text, target: "", problem: task.problem, answer: task.answer },
      maxTokens: completionRoom(start.config, ids, task.budget, task.id),
      ...{ stopAfter: null, promptTokens: ids.length, promptIds: ids },
    };
  });
}

/** The held-out problems' demonstrations, for their loss. */
export function validationDemonstrations(
  stage: ResolvedSft,
  tasks: TrainingTasks,
  start: PolicyStart,
): DemonstrationRow[] {
  const { system } = tasks.format;
  return tasks.validation.map((task) => {
    const example = demonstrate(stage, tasks, task);
    const { prompt, completions: [completion] } = encodeDemonstration(start, system, example);
    return {
      id: task.id,
      prompt: start.prompts.render({ system, user: example.prompt }),
      completion: start.prompts.completion(example.completions[0]!),
      promptTokens: prompt.length,
      completionTokens: completion!.tokens.length,
      promptIds: prompt,
      completionIds: completion!.tokens,
    };
  });
}
