/** @file The policy-gradient losses by the names that their papers and TRL give them. */
import type { KlEstimator, Objective } from "./objective.ts";

/**
 * The losses. They differ in the objective of a token (the clipped surrogate; for `gspo` with the ratio of a sequence; for
 * `cispo` with a bounded, constant ratio) and in what is averaged over what (see `lossWeights`):
 *
 * | | source | token's objective | average |
 * |---|---|---|---|
 * | `grpo` | arXiv 2402.03300, equation 3 | clipped surrogate | tokens of each completion, then completions |
 * | `dr_grpo` | arXiv 2503.20783, section 3.2 | clipped surrogate, advantages without deviation | completions × `maxTokens` |
 * | `bnpo` | TRL's `loss_type` of that name | clipped surrogate | tokens of each micro-batch, then micro-batches |
 * | `dapo` | arXiv 2503.14476, section 3.3 | clipped surrogate | all tokens of the batch |
 * | `gspo` | arXiv 2507.18071, equation 5 | clipped surrogate of the sequence's ratio | completions |
 * | `cispo` | arXiv 2506.13585, section 3.1 | bounded ratio × advantage × log-probability | all tokens of the batch |
 */
export type PolicyLoss = "grpo" | "dr_grpo" | "bnpo" | "dapo" | "gspo" | "cispo";

/** Every {@link PolicyLoss}. */
export const POLICY_LOSSES = [
  "grpo",
  "dr_grpo",
  "bnpo",
  "dapo",
  "gspo",
  "cispo",
] as const satisfies readonly PolicyLoss[];

/** The settings of a policy-gradient loss, complete. */
export interface PolicyLossSettings {
  /** Which loss. */
  readonly loss: PolicyLoss;
  /** The ratio's bounds, as distances from 1; `low` is null for `cispo`, which has no lower one. */
  readonly clip: {
    /** Distance below 1. */
    readonly low: number | null;
    /** Distance above 1. */
    readonly high: number;
  };
  /** Weight of the KL penalty; 0 for none. */
  readonly klCoefficient: number;
  /** Its estimator; null where there is no penalty. */
  readonly klEstimator: KlEstimator | null;
}

/**
 * The objective that a learner maximises for a loss.
 *
 * @throws {RangeError} where the lower bound of the ratio is missing, or is given to `cispo`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const settings = { loss: "gspo", clip: { low: 3e-4, high: 4e-4 }, klCoefficient: 0, klEstimator: null } as const;
 * assertEquals(objectiveOf(settings), {
 *   kind: "surrogate", ratio: "sequence", clipLow: 3e-4, clipHigh: 4e-4, klCoefficient: 0,
 * });
 * ```
 */
export function objectiveOf(
  settings: PolicyLossSettings,
): Exclude<Objective, { kind: "likelihood" }> {
  const { loss, clip: { low, high }, klCoefficient, klEstimator } = settings;
  const penalty = { klCoefficient, ...(klEstimator === null ? {} : { klEstimator }) };
  if ((low === null) !== (loss === "cispo")) {
    throw new RangeError(`objectiveOf: ${loss} with a lower bound of ${low}`);
  }
  return low === null ? { kind: "cispo", clipHigh: high, ...penalty } : {
    kind: "surrogate",
    ratio: loss === "gspo" ? "sequence" : "token",
    clipLow: low,
    clipHigh: high,
    ...penalty,
  };
}
