/** @file What a job is made from, and what the launchers of all engines are told. */
import type { TrainingTasks } from "../../domains/load_tasks.ts";
import type { ResolvedEngine } from "../../experiment/engine.ts";
import type { TrainingSpec } from "../../experiment/specs.ts";
import type { PolicyStart } from "../embedded/start_policy.ts";

/** Where the policy is that a job starts from. */
export interface JobModel {
  /** A folder, absolute or relative to the job's; or a model of the Hub, `owner/name`. */
  readonly path: string;
  /** The Hub's commit; null for a folder. */
  readonly revision: string | null;
}

/** What a job is made from. */
export interface JobRequest<Engine extends ResolvedEngine = ResolvedEngine> {
  /** What the stage is told. */
  readonly spec: TrainingSpec;
  /** How it trains. */
  readonly engine: Engine;
  /** What it is, for people. */
  readonly label: string;
  /** Training data. */
  readonly tasks: TrainingTasks;
  /** Tokenizer and shape of the policy. */
  readonly start: PolicyStart;
  /** Where that policy will be. */
  readonly model: JobModel;
  /** Seconds between two checkpoints to go on from. */
  readonly saveEvery: number;
}

/** `config.json` of a job: what the launchers of all engines are told. */
export interface JobConfig {
  /** Whether it samples and is rewarded, or imitates. */
  readonly trainer: "grpo" | "sft";
  /** The stage, for people. */
  readonly label: string;
  /** Where the policy is. */
  readonly model: JobModel;
  /** Versions of the packages that it is made for. */
  readonly packages: Readonly<Record<string, string>>;
  /** Optimiser updates in all. */
  readonly updates: number;
  /** Updates on each batch. */
  readonly updatesPerBatch: number;
  /** Updates between two validations; null for none. */
  readonly validateEvery: number | null;
  /** Seconds between two checkpoints to go on from. */
  readonly saveEverySeconds: number;
  /** Tokens that end a completion. */
  readonly endTokenIds: readonly number[];
  /** Token that fills rows up. */
  readonly padTokenId: number;
  /** How rollouts are sampled; absent for SFT. */
  readonly sampling?: JobSampling & Readonly<Record<string, unknown>>;
  /** The reward worker; absent for SFT. */
  readonly reward?: JobReward;
  /** Largest share of rewards that may fail; absent for SFT. */
  readonly maxRewardFailures?: number;
}

/** How rollouts are sampled and grouped. */
export interface JobSampling {
  /** Prompts of a batch. */
  readonly groups: number;
  /** Rollouts of each. */
  readonly rollouts: number;
  /** The deviation of a group's rewards above which it is kept; null to keep every group. */
  readonly epsilon: number | null;
  /** Most further rounds of sampling for a batch. */
  readonly maxRefills: number;
  /** Added to the deviation that an advantage is divided by; null for no division. */
  readonly advantageEpsilon: number | null;
  /** Whether completions that were cut off are kept out of the loss. */
  readonly maskTruncated: boolean;
  /** Texts that end a completion. */
  readonly stops: readonly string[];
}

/** How a launcher starts the reward worker. */
export interface JobReward {
  /** Folder of the TypeScript, in the job's. */
  readonly folder: string;
  /** The worker's module in it. */
  readonly script: string;
  /** The reward's configuration, relative to the folder. */
  readonly config: string;
  /** Longest time for a batch of items, in seconds. */
  readonly batchSeconds: number;
}

/** A job as written. */
export interface WrittenJob<Config extends JobConfig = JobConfig> {
  /** Its `config.json`. */
  readonly config: Config;
  /** Problems to validate on. */
  readonly tasks: TrainingTasks;
}
