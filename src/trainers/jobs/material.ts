/** @file What every engine's job is made of: rows, their order, how they are sampled. */
import type { TrainingTasks } from "../../domains/load_tasks.ts";
import type { ResolvedPractice, ResolvedStage } from "../../experiment/stages.ts";
import type { ResolvedSft } from "../../experiment/sft.ts";
import { contextBound } from "../../policy/room.ts";
import { fitStage } from "../embedded/fit_stage.ts";
import { Ruler } from "../embedded/ruler.ts";
import type { JobConfig, JobRequest, JobSampling } from "./job_config.ts";
import {
  type DemonstrationRow,
  demonstrationRows,
  type PracticeRow,
  practiceRows,
  type PracticeSetting,
} from "./job_rows.ts";

/** A stage whose prompts a job can be given beforehand. */
export type OrderedPractice = Exclude<ResolvedPractice, { kind: "r3" }>;

/** What both kinds of material have. */
interface Material {
  /** What the launcher of any engine is told, but for its reward. */
  readonly shared: Omit<JobConfig, "trainer" | "sampling" | "reward" | "maxRewardFailures">;
  /** Problems and demonstrations that fit, those to validate on among them. */
  readonly tasks: TrainingTasks;
  /** Which rows are taken when. */
  readonly order: readonly number[];
  /** Most tokens of a prompt with its completion. */
  readonly longest: number;
}

/** Demonstrations to imitate. */
export interface ImitationMaterial extends Material {
  /** Tells the two apart. */
  readonly kind: "sft";
  /** The stage. */
  readonly stage: ResolvedSft;
  /** Each demonstration once. */
  readonly rows: readonly DemonstrationRow[];
}

/** Prompts to practise on. */
export interface PracticeMaterial extends Material {
  /** Tells the two apart. */
  readonly kind: "grpo";
  /** The stage. */
  readonly stage: OrderedPractice;
  /** Each prompt once. */
  readonly rows: readonly PracticeRow[];
  /** How completions end and are read. */
  readonly setting: PracticeSetting;
  /** How they are sampled and grouped. */
  readonly sampling: JobSampling;
}

/**
 * What a job is made of. What does not fit is left out, and said to the ledger.
 *
 * @throws {InputError} for data that cannot be used as the stage says.
 */
export function materialOf(request: JobRequest): ImitationMaterial | PracticeMaterial {
  const { spec: { stage, seed }, tasks, start, label, engine } = request;
  const fitted = fitStage(stage, tasks, new Ruler(start, "policy"), {
    context: contextBound(start.config),
    microBatch: { name: "microBatchTokens", tokens: stage.microBatchTokens },
    path: "",
  });
  tasks.ledger?.prompts.use(fitted.used);
  for (const prompt of fitted.dropped) tasks.ledger?.prompts.drop(prompt);
  const { updates, updatesPerBatch } = updatesOf(stage, fitted.tasks);
  const shared = {
    ...{ label, model: request.model, packages: engine.packages, updates, updatesPerBatch },
    validateEvery: fitted.tasks.validation.length > 0 ? stage.validateEvery : null,
    saveEverySeconds: request.saveEvery,
    endTokenIds: start.prompts.endTokenIds,
    padTokenId: start.config.padTokenId ?? start.prompts.endTokenIds[0] ?? 0,
  };
  if (stage.kind === "sft") {
    const made = demonstrationRows(stage, fitted.tasks, start, updates, seed);
    const lengths = made.rows.map((row) => row.promptTokens + row.completionTokens);
    return { kind: "sft", stage, shared, tasks: fitted.tasks, ...made, longest: most(lengths) };
  }
  // What the plan refuses cannot come here.
  if (stage.kind === "r3") throw new TypeError("a job's order is written before it begins");
  const made = practiceRows(stage, fitted.tasks, start, fitted.items, seed);
  const { dynamicSampling } = stage;
  return {
    ...{ kind: "grpo", stage, shared, tasks: fitted.tasks, ...made },
    longest: most(made.rows.map((row) => row.promptTokens + row.maxTokens)),
    sampling: {
      groups: stage.groups,
      rollouts: stage.rollouts,
      epsilon: dynamicSampling ? dynamicSampling.epsilon : null,
      maxRefills: dynamicSampling ? dynamicSampling.maxRefills : 0,
      advantageEpsilon: stage.advantageEpsilon,
      maskTruncated: stage.maskTruncated,
      stops: made.setting.stops,
    },
  };
}

/** Optimiser updates in all, and on each batch. */
function updatesOf(stage: ResolvedStage, tasks: TrainingTasks) {
  if (stage.kind !== "sft") return stage;
  const updates = stage.updates ?? stage.epochs! * Math.ceil(tasks.train!.length / stage.batch);
  return { updates, updatesPerBatch: 1 };
}

function most(lengths: readonly number[]): number {
  return lengths.reduce((longest, length) => Math.max(longest, length), 0);
}
