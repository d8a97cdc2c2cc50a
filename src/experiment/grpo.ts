/** @file The keys that `srl`, `rlvr` and `r3` share: all are GRPO, on step instances, on whole problems and on the rest of solutions. */
import { z } from "zod";
import { KL_ESTIMATORS, type KlEstimator } from "../algorithms/objective.ts";
import { POLICY_LOSSES, type PolicyLoss } from "../algorithms/policy_loss.ts";
import {
  learningRate,
  type OptimiserOptions,
  optimiserShape,
  type ResolvedOptimiser,
} from "./optimiser.ts";
import { always, count, number, strict, word } from "./problems.ts";

/** The range in which a probability ratio counts: from `1 - low` to `1 + high`. */
export interface ClipRange {
  /** Distance below 1, above 0 and below 1. Default 0.2; for `gspo` 0.0003, as published; `cispo` has none. */
  readonly low?: number | undefined;
  /**
   * Distance above 1, above 0. Default 0.2 (DAPO's clip-higher is 0.28: arXiv 2503.14476, section 3.1); for `gspo` 0.0004, as
   * published (arXiv 2507.18071, section 5.1); for `cispo` 4, a bound of 5 (arXiv 2510.13786).
   */
  readonly high?: number | undefined;
}

/** {@link ClipRange} with every default filled. */
export interface ResolvedClipRange {
  /** Distance below 1; null for `cispo`, which has no lower bound. */
  readonly low: number | null;
  /** Distance above 1. */
  readonly high: number;
}

/** When dynamic sampling drops a group, and how long it goes on to fill the batch. */
export interface DynamicSampling {
  /** A group is kept only when the population standard deviation of its rewards exceeds this. Default 1e-6. */
  readonly epsilon?: number;
  /** Most further rounds of sampling for one batch; then it trains on what it has. Default 3. */
  readonly maxRefills?: number;
}

/** What `srl()`, `rlvr()` and `r3()` all understand. */
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
  /**
   * The policy-gradient loss: what of the ratio is clipped, and what is averaged over what. Default `dapo`: every token of
   * the batch weighs the same. The others: `grpo`, `dr_grpo`, `bnpo`, `gspo` and `cispo`.
   */
  readonly loss?: PolicyLoss;
  /** Clipping of the probability ratio. It can bind only from the second update on a batch. */
  readonly clip?: ClipRange;
  /** Weight of the KL term towards the policy that the stage starts from. Default 0, as published. */
  readonly klCoefficient?: number;
  /** How the KL term is estimated, where there is one. Default `k3`, as in GRPO's paper; `unbiased` corrects its gradient. */
  readonly klEstimator?: KlEstimator;
  /**
   * Whether completions that were cut off are kept out of the loss (arXiv 2503.14476, section 3.4). They still count for
   * their group's mean. Default false: in SRL, to be cut off is to break the format.
   */
  readonly maskTruncated?: boolean;
  /** Optimiser updates on each sampled batch. Default 1: on-policy. */
  readonly updatesPerBatch?: number;
  /** Drops groups without spread and refills the batch; `false` trains on every group. On by default, as published. */
  readonly dynamicSampling?: DynamicSampling | false;
  /** Added to the standard deviation that an advantage is divided by; `dr_grpo` divides by none. Default 1e-6. */
  readonly advantageEpsilon?: number;
  /**
   * Largest share of rollouts whose reward may fail (an exception, or no end within the deadline) before the stage does. Such a
   * rollout is left out of its group. Default 0.05.
   */
  readonly maxRewardFailures?: number;
}

/** {@link GrpoOptions} with every default filled. */
export interface ResolvedGrpo extends
  ResolvedOptimiser,
  Required<
    Omit<
      GrpoOptions,
      keyof OptimiserOptions | "clip" | "advantageEpsilon" | "klEstimator" | "dynamicSampling"
    >
  > {
  /** Clipping of the probability ratio. */
  readonly clip: ResolvedClipRange;
  /** Added to the standard deviation that an advantage is divided by; null for `dr_grpo`, which divides by none. */
  readonly advantageEpsilon: number | null;
  /** How the KL term is estimated; null where there is none. */
  readonly klEstimator: KlEstimator | null;
  /** Dynamic sampling; false where every group is trained on. */
  readonly dynamicSampling: Required<DynamicSampling> | false;
}

/** Keys whose default depends on other keys: {@link completeGrpo} fills them. */
type Completed = "clip" | "advantageEpsilon" | "klEstimator";

/**
 * What {@link grpoShape} gives: the keys whose default depends on others are as they were declared.
 *
 * @ignore Internal: a step on the way to {@link ResolvedGrpo}.
 */
export interface CheckedGrpo extends Omit<ResolvedGrpo, Completed> {
  /** Clipping of the probability ratio. */
  readonly clip: ClipRange;
  /** Added to the standard deviation that an advantage is divided by. */
  readonly advantageEpsilon: number | undefined;
  /** How the KL term is estimated. */
  readonly klEstimator: KlEstimator | undefined;
}

/**
 * The keys that {@link grpoShape} covers: all of {@link CheckedGrpo}.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export type GrpoShape = {
  readonly [K in keyof Required<CheckedGrpo>]: z.ZodType<CheckedGrpo[K]>;
};

const clip = strict("an object { low, high }", {
  low: number("a number above 0 and below 1", { above: 0, below: 1 }).optional(),
  high: number("a number above 0", { above: 0 }).optional(),
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
  loss: word(POLICY_LOSSES).default("dapo"),
  clip: clip.prefault({}),
  klCoefficient: number("a number of at least 0", { min: 0 }).default(0),
  klEstimator: word(KL_ESTIMATORS).optional(),
  maskTruncated: z.boolean({ error: "expected true or false" }).default(false),
  updatesPerBatch: count("a whole number of updates, at least 1").default(1),
  dynamicSampling: z.union([z.literal(false), sampling], {
    error: "expected an object { epsilon, maxRefills }, or false",
  }).prefault({}),
  advantageEpsilon: number("a number of at least 0", { min: 0 }).optional(),
  maxRewardFailures: number("a share from 0 to 1", { min: 0, max: 1 }).default(0.05),
};

/** Whether nothing is left over; what is no number is told by itself, and must not be reckoned with. */
function divides(divisor: unknown, value: unknown): boolean {
  return typeof divisor !== "number" || typeof value !== "number" || !(value % divisor > 0);
}

/**
 * Adds the rules between the keys of {@link grpoShape} to a stage's schema.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export function withGrpoRules<T extends z.ZodType<CheckedGrpo>>(schema: T): T {
  return schema.refine((s) => divides(s.updatesPerBatch, s.updates), {
    path: ["updates"],
    error: "found {value}; expected a multiple of updatesPerBatch, or the last batch is cut short",
    when: always,
  }).refine((s) => s.dynamicSampling !== false || s.advantageEpsilon !== 0, {
    path: ["advantageEpsilon"],
    error:
      "found {value} with dynamicSampling false; expected more than 0, or equal rewards divide by 0",
    when: always,
  }).refine((s) => s.loss !== "dr_grpo" || s.advantageEpsilon === undefined, {
    path: ["advantageEpsilon"],
    error: 'found {value} with loss "dr_grpo"; expected none: its advantages are not divided',
    when: always,
  }).refine((s) => s.loss !== "cispo" || s.clip?.low === undefined, {
    path: ["clip", "low"],
    error: 'found {value} with loss "cispo"; expected none: its ratio has an upper bound only',
    when: always,
  }).refine((s) => s.klCoefficient !== 0 || s.klEstimator === undefined, {
    path: ["klEstimator"],
    error: "found {value} with klCoefficient 0; expected none: there is no KL term to estimate",
    when: always,
  });
}

/** The clip range of each loss: what its authors published; for `cispo` the bound of 5 of arXiv 2510.13786. */
const CLIP: Readonly<Record<PolicyLoss, ResolvedClipRange>> = {
  grpo: { low: 0.2, high: 0.2 },
  dr_grpo: { low: 0.2, high: 0.2 },
  bnpo: { low: 0.2, high: 0.2 },
  dapo: { low: 0.2, high: 0.2 },
  gspo: { low: 3e-4, high: 4e-4 },
  cispo: { low: null, high: 4 },
};

/**
 * Fills the defaults that depend on other keys.
 *
 * @ignore Internal: a step of the stages' schemas.
 */
export function completeGrpo<S extends CheckedGrpo>(
  stage: S,
): Omit<S, Completed> & Pick<ResolvedGrpo, Completed> {
  const { loss, clip, klCoefficient, klEstimator, advantageEpsilon } = stage;
  return {
    ...stage,
    clip: { low: clip.low ?? CLIP[loss].low, high: clip.high ?? CLIP[loss].high },
    klEstimator: klCoefficient === 0 ? null : klEstimator ?? "k3",
    advantageEpsilon: loss === "dr_grpo" ? null : advantageEpsilon ?? 1e-6,
  };
}
