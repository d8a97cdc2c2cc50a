/** @file The keys that `srl` and `rlvr` share: both are GRPO, on step instances and on whole problems. */
import { z } from "zod";
import {
  learningRate,
  type OptimiserOptions,
  optimiserShape,
  type ResolvedOptimiser,
} from "./optimiser.ts";
import { always, count, number, strict } from "./problems.ts";

/** The range in which a token's probability ratio counts: from `1 - low` to `1 + high`. */
export interface ClipRange {
  /** Distance below 1, above 0 and below 1. Default 0.2. */
  readonly low?: number;
  /** Distance above 1, above 0. Default 0.2. */
  readonly high?: number;
}

/** When dynamic sampling drops a group, and how long it goes on to fill the batch. */
export interface DynamicSampling {
  /** A group is kept only when the population standard deviation of its rewards exceeds this. Default 1e-6. */
  readonly epsilon?: number;
  /** Most further rounds of sampling for one batch; then it trains on what it has. Default 3. */
  readonly maxRefills?: number;
}

/** What `srl()` and `rlvr()` both understand. */
export interface GrpoOptions extends OptimiserOptions {
  /** Peak learning rate. No default: the right one depends a thousandfold on the policy's size. */
  readonly learningRate: number;
  /** Optimiser updates. No default: it is the budget, and arms are compared at equal budgets. */
  readonly updates: number;
  /** Prompts per batch, each sampled `rollouts` times. Default 32: the published 512 and 128 are for clusters. */
  readonly groups?: number;
  /** Rollouts per prompt (G). Default 8, as published; an advantage is normalised within them, so at least 2. */
  readonly rollouts?: number;
  /** Sampling temperature. Default 1, as published. */
  readonly temperature?: number;
  /** Probability mass that sampling keeps (nucleus). Default 1: all of it, so that the gradient is on-policy. */
  readonly topP?: number;
  /** Most likely tokens that sampling keeps; 0 keeps all. Default 0. */
  readonly topK?: number;
  /** Most tokens of a completion; one that reaches it is cut off and its format is broken. Default 256. */
  readonly maxTokens?: number;
  /** Clipping of the probability ratio. It can bind only from the second update on a batch. */
  readonly clip?: ClipRange;
  /** Weight of the KL term towards the policy that the stage starts from. Default 0, as published. */
  readonly klCoefficient?: number;
  /** Optimiser updates on each sampled batch. Default 1: on-policy. */
  readonly updatesPerBatch?: number;
  /** Drops groups without spread and refills the batch; `false` trains on every group. On by default, as published. */
  readonly dynamicSampling?: DynamicSampling | false;
  /** Added to the standard deviation that an advantage is divided by. Default 1e-6. */
  readonly advantageEpsilon?: number;
  /**
   * Largest share of rollouts whose reward may fail (an exception, or no end within the deadline) before the stage does. Such a
   * rollout is left out of its group. Default 0.05.
   */
  readonly maxRewardFailures?: number;
}

/** {@link GrpoOptions} with every default filled. */
export interface ResolvedGrpo
  extends
    ResolvedOptimiser,
    Required<Omit<GrpoOptions, keyof OptimiserOptions | "clip" | "dynamicSampling">> {
  /** Clipping of the probability ratio. */
  readonly clip: Required<ClipRange>;
  /** Dynamic sampling; false where every group is trained on. */
  readonly dynamicSampling: Required<DynamicSampling> | false;
}

/**
 * The keys that {@link grpoShape} covers: all of {@link ResolvedGrpo}.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export type GrpoShape = {
  readonly [K in keyof Required<ResolvedGrpo>]: z.ZodType<ResolvedGrpo[K]>;
};

const clip = strict("an object { low, high }", {
  low: number("a number above 0 and below 1", { above: 0, below: 1 }).default(0.2),
  high: number("a number above 0", { above: 0 }).default(0.2),
});

const sampling = strict("an object { epsilon, maxRefills }, or false", {
  epsilon: number("a standard deviation, at least 0", { min: 0 }).default(1e-6),
  maxRefills: count("a whole number of rounds, at least 0", 0).default(3),
});

/** The shape of {@link GrpoOptions}. */
export const grpoShape: GrpoShape = {
  ...optimiserShape({ schedule: "constant", warmup: 0 }),
  learningRate,
  updates: count("a whole number of updates, at least 1"),
  groups: count("a whole number of prompts, at least 1").default(32),
  rollouts: count(
    "a whole number of rollouts, at least 2: advantages are normalised within a group",
    2,
  ).default(8),
  temperature: number("a temperature above 0: greedy rollouts of a group are all alike", {
    above: 0,
  }).default(1),
  topP: number("a probability mass above 0, up to 1", { above: 0, max: 1 }).default(1),
  topK: count("a whole number of tokens, 0 for all", 0)
    .refine((k) => k !== 1, {
      error: "expected 0 for all, or at least 2: of one token, a group's rollouts are all alike",
    }).default(0),
  maxTokens: count("a whole number of tokens, at least 1").default(256),
  clip: clip.prefault({}),
  klCoefficient: number("a number of at least 0", { min: 0 }).default(0),
  updatesPerBatch: count("a whole number of updates, at least 1").default(1),
  dynamicSampling: z.union([z.literal(false), sampling], {
    error: "expected an object { epsilon, maxRefills }, or false",
  }).prefault({}),
  advantageEpsilon: number("a number of at least 0", { min: 0 }).default(1e-6),
  maxRewardFailures: number("a share from 0 to 1", { min: 0, max: 1 }).default(0.05),
};

/**
 * Adds the rules between the keys of {@link grpoShape} to a stage's schema.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export function withGrpoRules<T extends z.ZodType<ResolvedGrpo>>(schema: T): T {
  // What is no number is told by itself; its remainder is NaN.
  return schema.refine((s) => !(s.updates % s.updatesPerBatch > 0), {
    path: ["updates"],
    error: "found {value}; expected a multiple of updatesPerBatch, or the last batch is cut short",
    when: always,
  }).refine((s) => s.dynamicSampling !== false || s.advantageEpsilon !== 0, {
    path: ["advantageEpsilon"],
    error:
      "found {value} with dynamicSampling false; expected more than 0, or equal rewards divide by 0",
    when: always,
  });
}
