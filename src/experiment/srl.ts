/** @file The `srl` stage: GRPO on step instances with the step-wise similarity reward (arXiv 2510.25992). */
import { z } from "zod";
import {
  completeGrpo,
  type GrpoOptions,
  grpoShape,
  type ResolvedGrpo,
  withGrpoRules,
} from "./grpo.ts";
import type { StepContext } from "../data/granularity/context.ts";
import type { Granularity } from "../data/granularity/granularity.ts";
import type { StepTargets } from "../data/step_instances.ts";
import type { ResolvedReward, RewardDeclaration, RewardKind } from "../rewards/declaration.ts";
import { rewardSchema } from "../rewards/schema.ts";
import { instanceShape, withInstanceRules } from "./instances.ts";
import { strict } from "./problems.ts";

/** What `srl()` understands. */
export interface SrlOptions extends GrpoOptions {
  /** What a rollout earns, e.g. `levenshtein()`. Default `similarity`: 2M/T on the action, -1 for a broken format. */
  readonly reward?: RewardDeclaration | RewardKind;
  /**
   * What one action is. Default `step`: one step of the expert's solution. Else `steps(k)`, `sentence`, `tokens(n)`, `whole` (the
   * entire solution) or `answer` (the final answer alone).
   */
  readonly granularity?: Granularity;
  /**
   * Which of the expert's N actions are targets. Default `1..N`: without the last, which gives the final answer, a policy
   * forgets to give it. As published: `1..N-1`.
   */
  readonly targets?: StepTargets;
  /** Whether the prompt gives the title of the step asked for. Default false; it helped in the paper. */
  readonly nextTitle?: boolean;
  /**
   * How much of the solution so far the prompt shows: `all`, or the last (action, observation) pairs, as published for agents with 2.
   * Default `all`.
   */
  readonly context?: StepContext;
}

/** A declared `srl` stage. */
export interface SrlDeclaration extends SrlOptions {
  /** Tells the stage kinds apart. */
  readonly kind: "srl";
}

/** An `srl` stage with every default filled. */
export interface ResolvedSrl
  extends ResolvedGrpo, Required<Omit<SrlOptions, keyof GrpoOptions | "reward">> {
  /** Tells the stage kinds apart. */
  readonly kind: "srl";
  /** The reward with its choices. */
  readonly reward: ResolvedReward;
}

/**
 * Checks and completes an `srl` stage.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const srlSchema: z.ZodType<ResolvedSrl> = withInstanceRules(
  withGrpoRules(strict("an srl stage", {
    kind: z.literal("srl"),
    ...grpoShape,
    reward: rewardSchema.prefault("similarity"),
    ...instanceShape,
  })),
).transform(completeGrpo);

/**
 * Declares a stage of supervised reinforcement learning.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(srl({ updates: 60, learningRate: 3e-4 }).kind, "srl");
 * ```
 */
export function srl(options: SrlOptions): SrlDeclaration {
  return { ...options, kind: "srl" };
}
