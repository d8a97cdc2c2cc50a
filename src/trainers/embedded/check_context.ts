/** @file Whether an experiment's data can be used as it says, and fits its policies' context: asked before anything runs. */
import type { Overlap } from "../../data/overlap.ts";
import {
  type BenchmarkTask,
  loadBenchmark,
  loadTraining,
  type TrainingTasks,
} from "../../domains/load_tasks.ts";
import type { TaskFormat } from "../../domains/task.ts";
import { canonical } from "../../experiment/canonical.ts";
import type { ResolvedPolicy } from "../../experiment/policy.ts";
import { pathOf } from "../../experiment/problems.ts";
import type { ResolvedExperiment } from "../../experiment/schema.ts";
import type { ResolvedStage } from "../../experiment/stages.ts";
import { checkOverlap, overlapText } from "./check_overlap.ts";
import { demonstrate, demonstrationAt } from "./demonstrations.ts";
import { fitStage, itemSequence, questionSequence } from "./fit_stage.ts";
import { itemsOf, requireThinking, trainingItems } from "./grpo_items.ts";
import { type GpuTensor, gpuTensors } from "./gpu_tensors.ts";
import { estimateMemory, type MemoryDemand, type MemoryNeed } from "./memory.ts";
import { evaluationDemand, stageDemand } from "./memory_demand.ts";
import { longestOf, requireLongest, Ruler, type Sequence } from "./ruler.ts";
import type { RoomNeed } from "../../policy/room.ts";
import { openStart } from "./start_policy.ts";
import type { MeasuredStage } from "../jobs/demand/stage_demand.ts";

/** Examples of endless data that are looked at, spread over those that a stage will take. */
const ENDLESS_SAMPLE = 256;

/** What is known of an experiment's data before anything runs. */
export interface CheckedData {
  /** What became of the rows of each source, and what overlaps, a line each. */
  readonly notes: readonly string[];
  /** Problems that are in the training data too, by benchmark; only benchmarks that have some. */
  readonly overlap: Readonly<Record<string, readonly Overlap[]>>;
  /** The memory that a stage takes on the policy of a size; null stands for the evaluation. */
  memoryOf(size: string, stage: ResolvedStage | null): readonly MemoryNeed[];
  /** The largest tensors of a stage on a GPU on the policy of a size. */
  tensorsOf(size: string, stage: ResolvedStage): readonly GpuTensor[];
  /** A stage's sequences, measured with the tokenizer of the policy of a size. */
  measuredOf(size: string, stage: ResolvedStage): MeasuredStage;
}

/**
 * Reads an experiment's data as its stages will, and measures the prompts with each policy's tokenizer, by the rule that
 * the stages themselves go by. What is trained on and does not fit is dropped where it comes from a file, and refused where it is
 * generated; a benchmark's problems must all fit. Endless data is only sampled: a stage may still come upon an example that
 * does not fit.
 *
 * @param asks Whether a teacher is asked for what is not kept yet.
 * @returns What became of the rows of each source, a line each, and of each stage's prompts where some are dropped; and what
 * overlaps.
 * @throws {InputError} for data or a policy that cannot be read, for a benchmark that asks what is trained on, and for the longest
 * sequence that does not fit where it must, or where too many do not: the message names the field that bounds it, and the number
 * there that is enough for all.
 */
export async function checkContext(
  experiment: ResolvedExperiment,
  { asks = true }: { readonly asks?: boolean } = {},
): Promise<CheckedData> {
  const { data, evaluation, prompts } = experiment;
  const tasks = await loadTraining(data, prompts, { asks });
  const { train, maxDropped } = tasks;
  const stages = Object.entries(experiment.arms).flatMap(([arm, chain]) =>
    chain.map((stage, i) => ({ stage, path: pathOf(["arms", arm, i]) }))
  );
  const questions: Question[] = [];
  const overlap: Record<string, Overlap[]> = {};
  const notes = tasks.note === null ? [] : [`data: ${tasks.note}`];
  if (stages.length > 0 && maxDropped === null) {
    const { format, validation } = tasks;
    const what = "its budget in validation";
    questions.push(...validation.map((task) => ({ task, format, wanted: task.budget, what })));
  }
  for (const [name, declared] of Object.entries(evaluation.benchmarks)) {
    const field = pathOf(["evaluation", "benchmarks", name]);
    const { format, tasks, ledger, note } = await loadBenchmark(declared, prompts, field);
    if (note !== null) notes.push(`${name}: ${note}`);
    if (data.domain !== "relay" && declared.domain !== "relay") {
      const asked = {
        source: ledger!.source,
        path: `${field}.${declared.domain}`,
        problems: tasks,
      };
      const pairs = checkOverlap(train ?? [], asked, data.overlap);
      if (pairs.length > 0) {
        overlap[name] = pairs;
        notes.push(`${name}: ${overlapText(pairs, tasks.length)}`);
      }
    }
    const { maxTokens } = evaluation;
    const what = maxTokens === null
      ? `its budget in ${pathOf(["evaluation", "benchmarks", name])}`
      : "evaluation.maxTokens";
    questions.push(
      ...tasks.map((task) => ({ task, format, wanted: maxTokens ?? task.budget, what })),
    );
  }
  const memory = new Map<string, readonly MemoryNeed[]>();
  const demands = new Map<string, MemoryDemand>();
  const measured = new Map<string, () => MeasuredStage>();
  const memoryKey = (size: string, stage: ResolvedStage | null) => canonical({ size, stage });
  for (const [size, policy] of Object.entries(experiment.policy)) {
    const path = pathOf(["policy", size]);
    const start = await openStart(policy, data, tasks, prompts.chat);
    const ruler = new Ruler(start, path);
    const context = { name: contextField(policy, path), tokens: start.config.maxPositions };
    const own = stages.map(({ stage, path }) => {
      requireThinking(stage, start.prompts.thinking, path);
      return {
        path,
        stage,
        sequences: maxDropped === null ? stageSequences(stage, path, tasks, ruler) : [],
        bound: { name: `${path}.microBatchTokens`, tokens: stage.microBatchTokens },
      };
    });
    const answers = questions.map(({ task, format, wanted, what }) =>
      questionSequence(task, format, wanted, what, ruler)
    );
    requireLongest([...answers, ...own.flatMap(({ sequences }) => sequences)], context);
    for (const { stage, path: at, bound } of own) {
      const bounds = { context, microBatch: bound, path: at };
      const { dropped } = fitStage(stage, tasks, ruler, bounds);
      const [first] = dropped;
      if (first === undefined) continue;
      const count = `${dropped.length} prompt${dropped.length === 1 ? "" : "s"}`;
      notes.push(
        `${path}, ${at}: ${count} too long, dropped, the first ${first.id}: ${first.detail}`,
      );
    }
    for (const { sequences, bound } of own) requireLongest(sequences, bound);
    const { config } = start;
    const asked = longestOf(answers, config.maxPositions);
    const { greedy, samples } = evaluation;
    const answered = { sequences: questions.length * Math.max(samples, Number(greedy)), asked };
    memory.set(memoryKey(size, null), estimateMemory(evaluationDemand(config, answered)));
    for (const { stage, path: at, sequences } of own) {
      const key = memoryKey(size, stage);
      // Many arms may begin with the same stage.
      if (memory.has(key)) continue;
      const cap = Math.min(config.maxPositions, stage.microBatchTokens);
      // What may be dropped was not looked at above.
      const all = maxDropped === null ? sequences : stageSequences(stage, at, tasks, ruler);
      const longest = longestOf(all, cap);
      const held = tasks.validation.length;
      const demand = stageDemand(config, stage, { longest, held, asked });
      memory.set(key, estimateMemory(demand));
      demands.set(key, demand);
      measured.set(key, () => {
        // What is held out is among the demonstrations.
        const own = stage.kind === "sft" ? train?.length : all.length;
        return { ...means(all), config, count: train === null ? null : own ?? null, longest };
      });
    }
  }
  return {
    notes,
    overlap,
    memoryOf: (size, stage) => memory.get(memoryKey(size, stage))!,
    tensorsOf: (size, stage) => gpuTensors(demands.get(memoryKey(size, stage))!),
    measuredOf: (size, stage) => measured.get(memoryKey(size, stage))!(),
  };
}

/** The field that sets a policy's context. */
function contextField(policy: ResolvedPolicy, path: string): string {
  return "init" in policy
    ? `${path}.init.max_position_embeddings`
    : `${path}: ${policy.checkpoint}/config.json: max_position_embeddings`;
}

/** A problem to be answered as a whole. */
interface Question {
  readonly task: BenchmarkTask;
  readonly format: TaskFormat;
  /** Most tokens of the answer; null for any number. */
  readonly wanted: number | null;
  /** What sets that number. */
  readonly what: string;
}

/** Every sequence of a stage on generated data, or, of endless data, some. */
function stageSequences(
  stage: ResolvedStage,
  path: string,
  tasks: TrainingTasks,
  ruler: Ruler,
): Sequence[] {
  if (stage.kind === "sft") {
    const known = [...tasks.train ?? [], ...tasks.validation];
    const examples = known.map((task) => ({
      id: task.id,
      example: demonstrate(stage, tasks, task),
    }));
    if (!tasks.train) {
      const indices = spread((stage.updates ?? 0) * stage.batch);
      examples.push(...indices.map((index) => demonstrationAt(stage, tasks, index)));
    }
    return examples.map(({ id, example }) =>
      ruler.demonstration(id, tasks.format.system, example, `its completion in ${path}`)
    );
  }
  const { countTokens } = ruler;
  const items = trainingItems(stage, tasks, countTokens) ??
    spread(stage.updates * stage.groups)
      .flatMap((index) => itemsOf(stage, tasks, tasks.task(index), countTokens));
  return items.map((item) => itemSequence(item, stage, tasks.format, path, ruler));
}

/** Some of the indices below `count`, the same distance apart. */
function spread(count: number): number[] {
  const length = Math.min(count, ENDLESS_SAMPLE);
  return Array.from({ length }, (_, i) => Math.floor(i * count / length));
}

/** Mean lengths, of a few of the sequences where they are many: a plan's figures need no more. */
function means(sequences: readonly Sequence[]): { prompt: number; completion: number } {
  const looked = spread(sequences.length).map((index) => sequences[index]!.measure());
  const mean = (of: (need: RoomNeed) => number) =>
    looked.reduce((sum, need) => sum + of(need), 0) / Math.max(1, looked.length);
  return { prompt: mean(({ prompt }) => prompt), completion: mean(({ more }) => more) };
}
