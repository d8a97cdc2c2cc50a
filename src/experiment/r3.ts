/** @file The `r3` stage: GRPO on the rest of expert solutions, with the final-answer reward, by a reverse curriculum. */
import { z } from "zod";
import type { ResolvedReward, RewardDeclaration, RewardKind } from "../rewards/declaration.ts";
import { rewardSchema } from "../rewards/schema.ts";
import {
  completeGrpo,
  type GrpoOptions,
  grpoShape,
  type ResolvedGrpo,
  withGrpoRules,
} from "./grpo.ts";
import { count, number, strict } from "./problems.ts";

/** What `r3()` understands. */
export interface R3Options extends GrpoOptions {
  /** What a rollout earns, by its outcome. Default `answer`: 1 for the right final answer, 0 otherwise. */
  readonly reward?: RewardDeclaration | RewardKind;
  /**
   * Start positions, evenly spread over a solution: more of them make each move smaller, and need more updates to get to the
   * beginning. Default 6. With 1 every prompt is a whole problem, as in `rlvr`.
   */
  readonly stages?: number;
  /**
   * Mean reward of a batch's rollouts from the present start position at which the start moves back. Higher: each position is learnt
   * longer; lower: more updates are left for the beginning. Default 0.5: half of the rollouts are right, where a group's rewards are
   * spread most.
   */
  readonly success?: number;
  /**
   * Share of prompts that start from any position so far, so that the end of a solution is not forgotten; the others start from the
   * present one. Default 0.25.
   */
  readonly mix?: number;
}

/** A declared `r3` stage. */
export interface R3Declaration extends R3Options {
  /** Tells the stage kinds apart. */
  readonly kind: "r3";
}

/** An `r3` stage with every default filled. */
export interface ResolvedR3
  extends ResolvedGrpo, Required<Omit<R3Options, keyof GrpoOptions | "reward">> {
  /** Tells the stage kinds apart. */
  readonly kind: "r3";
  /** The reward with its choices. */
  readonly reward: ResolvedReward;
}

/**
 * Checks and completes an `r3` stage.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const r3Schema: z.ZodType<ResolvedR3> = withGrpoRules(strict("an r3 stage", {
  kind: z.literal("r3"),
  ...grpoShape,
  reward: rewardSchema.prefault("answer"),
  stages: count("a whole number of start positions, at least 1").default(6),
  success: number("a mean reward").default(0.5),
  mix: number("a share from 0 to 1", { min: 0, max: 1 }).default(0.25),
})).transform(completeGrpo);

/**
 * Declares a stage of reverse-curriculum reinforcement learning after R3 (Xi et al., arXiv 2402.05808): the policy completes expert
 * solutions, at first their last steps only, and is rewarded by the outcome alone; as it succeeds, it is given less of them. How the start
 * moves: `ReverseCurriculum` in `src/algorithms/reverse_curriculum.ts`. The optimiser is GRPO, as in the other stages, where R3 has PPO;
 * a wrong answer earns 0, where R3 gives 0.1 to one that can be read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(r3({ updates: 60, learningRate: 3e-4 }).kind, "r3");
 * ```
 */
export function r3(options: R3Options): R3Declaration {
  return { ...options, kind: "r3" };
}
