/** @file The `rlvr` stage: GRPO on whole problems with the final-answer reward. */
import { z } from "zod";
import {
  completeGrpo,
  type GrpoOptions,
  grpoShape,
  type ResolvedGrpo,
  withGrpoRules,
} from "./grpo.ts";
import type { ResolvedReward, RewardDeclaration, RewardKind } from "../rewards/declaration.ts";
import { rewardSchema } from "../rewards/schema.ts";
import { strict } from "./problems.ts";

/** What `rlvr()` understands. */
export interface RlvrOptions extends GrpoOptions {
  /** What a rollout earns. Default `answer`: 1 for the right final answer, 0 otherwise. The target is that answer. */
  readonly reward?: RewardDeclaration | RewardKind;
}

/** A declared `rlvr` stage. */
export interface RlvrDeclaration extends RlvrOptions {
  /** Tells the stage kinds apart. */
  readonly kind: "rlvr";
}

/** An `rlvr` stage with every default filled. */
export interface ResolvedRlvr extends ResolvedGrpo {
  /** Tells the stage kinds apart. */
  readonly kind: "rlvr";
  /** The reward with its choices. */
  readonly reward: ResolvedReward;
}

/**
 * Checks and completes an `rlvr` stage.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const rlvrSchema: z.ZodType<ResolvedRlvr> = withGrpoRules(strict("an rlvr stage", {
  kind: z.literal("rlvr"),
  ...grpoShape,
  reward: rewardSchema.prefault("answer"),
})).transform(completeGrpo);

/**
 * Declares a stage of reinforcement learning with a verifiable reward.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(rlvr({ updates: 60, learningRate: 3e-4 }).kind, "rlvr");
 * ```
 */
export function rlvr(options: RlvrOptions): RlvrDeclaration {
  return { ...options, kind: "rlvr" };
}
