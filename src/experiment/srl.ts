/** @file The `srl` stage: GRPO on step instances with the step-wise similarity reward (arXiv 2510.25992). */
import { z } from "zod";
import { type GrpoOptions, grpoShape, type ResolvedGrpo, withGrpoRules } from "./grpo.ts";
import type { ResolvedReward, RewardDeclaration, RewardKind } from "../rewards/declaration.ts";
import { rewardSchema } from "../rewards/schema.ts";
import { strict, word } from "./problems.ts";

/** What `srl()` understands. */
export interface SrlOptions extends GrpoOptions {
  /** What a rollout earns, e.g. `levenshtein()`. Default `similarity`: 2M/T on the action, -1 for a broken format. */
  readonly reward?: RewardDeclaration | RewardKind;
  /** What one action is. Default `step`: one numbered step of the expert's solution. */
  readonly granularity?: "step";
  /**
   * Which of the expert's N steps are targets. Default `1..N`: without the last, which gives the final answer, a policy
   * forgets to give it. As published: `1..N-1`.
   */
  readonly targets?: "1..N-1" | "1..N" | "2..N";
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
export const srlSchema: z.ZodType<ResolvedSrl> = withGrpoRules(strict("an srl stage", {
  kind: z.literal("srl"),
  ...grpoShape,
  reward: rewardSchema.prefault("similarity"),
  granularity: word(["step"]).default("step"),
  targets: word(["1..N-1", "1..N", "2..N"]).default("1..N"),
}));

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
