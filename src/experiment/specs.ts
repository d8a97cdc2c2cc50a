/** @file What one stage is told: plain JSON, complete, and the same for the runner, the trainers and the benchmarks. */
import type { ResolvedData } from "./data.ts";
import type { ResolvedEngine } from "./engine.ts";
import type { ResolvedEvaluation } from "./evaluation.ts";
import type { ResolvedPolicy } from "./policy.ts";
import type { ResolvedPrompts } from "./prompts.ts";
import type { ResolvedStage } from "./stages.ts";

/** The policy that a stage starts from: a given checkpoint, a shape to initialise, or what an earlier stage made. */
export type StagePolicy = ResolvedPolicy | {
  /** Id of the stage that made it; its folder is the context's `parent`. */
  readonly stage: string;
};

/** What every stage is told. */
export interface StageSpecBase {
  /** The policy that it starts from. */
  readonly policy: StagePolicy;
  /** How problems are put to the policy; templates only where some problems come from a file. */
  readonly prompts: ResolvedPrompts;
  /** Seed of every random choice in the stage. */
  readonly seed: number;
  /** Threads for the numeric kernels: results differ in their last bits with another number. */
  readonly threads: number;
  /** Version of what computes it. */
  readonly engine: string;
  /** Versions of the generated data, the file reader and the built-in prompts that it uses, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /**
   * SHA-256 of what it reads: checkpoints and files by path as declared, Hub datasets and models by name and commit, and what a teacher
   * rewrote.
   */
  readonly contents: Readonly<Record<string, string>>;
}

/** A training stage. */
export interface TrainingSpec extends StageSpecBase {
  /** Tells training from evaluation. */
  readonly kind: "train";
  /** The stage with every default filled; its `kind` is `sft`, `srl`, `rlvr` or `r3`. */
  readonly stage: ResolvedStage;
  /** What it is trained on. */
  readonly data: ResolvedData;
  /** What trains it; absent for the embedded engine. */
  readonly trainer?: ResolvedEngine;
}

/** An evaluation stage. */
export interface EvaluationSpec extends StageSpecBase {
  /** Tells training from evaluation. */
  readonly kind: "evaluate";
  /** The evaluation with every default filled. */
  readonly evaluation: ResolvedEvaluation;
}

/** What a stage is told; `kind` tells which. */
export type StageSpec = TrainingSpec | EvaluationSpec;
