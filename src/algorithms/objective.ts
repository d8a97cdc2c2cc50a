/** @file What training maximises, as graphs over the log-probabilities of the predicted tokens. */
import type { Graph, Tensor } from "../engine/graph.ts";
import {
  add,
  clamp,
  detach,
  div,
  exp,
  minimum,
  mul,
  neg,
  scale,
  segmentSums,
  shift,
  sub,
  sum,
} from "../engine/ops/mod.ts";

/** Maximum likelihood of the completions. */
export interface LikelihoodObjective {
  /** Tells the objectives apart. */
  readonly kind: "likelihood";
}

/** Of what a probability ratio is: of a token, or of a whole completion, as its tokens' geometric mean. */
export type RatioLevel = "token" | "sequence";

/**
 * How the divergence from the reference is estimated at a sampled token, with r = reference / policy: `k3` is
 * r − log r − 1 (Shao et al., arXiv 2402.03300, equation 4); `unbiased` multiplies it by the ratio to the sampling policy, so
 * that its gradient is that of the reverse KL divergence (DeepSeek-V3.2, arXiv 2512.02556, section 3.1).
 */
export type KlEstimator = "k3" | "unbiased";

/** Every {@link KlEstimator}. */
export const KL_ESTIMATORS = ["k3", "unbiased"] as const satisfies readonly KlEstimator[];

/** The penalty for leaving the reference policy. */
export interface KlPenalty {
  /** Weight of the KL penalty against the reference policy; 0 needs no reference. */
  readonly klCoefficient: number;
  /** Its estimator. Default `k3`. */
  readonly klEstimator?: KlEstimator;
}

/**
 * The clipped surrogate of GRPO (Shao et al., arXiv 2402.03300, equation 3), min(ρA, clip(ρ)A); with the ratio of a sequence that
 * of GSPO (Zheng et al., arXiv 2507.18071, equation 5).
 */
export interface SurrogateObjective extends KlPenalty {
  /** Tells the objectives apart. */
  readonly kind: "surrogate";
  /** What ρ is a ratio of. Default `token`. */
  readonly ratio?: RatioLevel;
  /** The ratio's lower bound is `1 − clipLow`. */
  readonly clipLow: number;
  /** The ratio's upper bound is `1 + clipHigh`. */
  readonly clipHigh: number;
}

/**
 * CISPO (MiniMax-M1, arXiv 2506.13585, section 3.1): log-probabilities weighed by the advantage and by a bounded ratio that
 * counts as a constant, so that every token keeps a gradient.
 */
export interface CispoObjective extends KlPenalty {
  /** Tells the objectives apart. */
  readonly kind: "cispo";
  /** The ratio's upper bound is `1 + clipHigh`; it has no lower one. */
  readonly clipHigh: number;
}

/** What training maximises. */
export type Objective = LikelihoodObjective | SurrogateObjective | CispoObjective;

/**
 * Names of the per-entry inputs that the objective reads, besides those of the packed batch. `segments` tells which
 * completion an entry belongs to (see `segmentsOf`).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(objectiveInputs({ kind: "likelihood" }), ["weights"]);
 * ```
 */
export function objectiveInputs(objective: Objective): string[] {
  if (objective.kind === "likelihood") return ["weights"];
  const reference = objective.klCoefficient > 0 ? ["reference"] : [];
  const segments = ofSequences(objective) ? ["segments"] : [];
  return ["weights", "advantages", "old", ...segments, ...reference];
}

/**
 * The loss of log-probabilities `[entries]`, a scalar. It is the plain sum of `weights` times each token's loss: whoever
 * sets the weights decides what is averaged over what, and micro-batches add up to the whole batch. Where ratios are of
 * sequences, the tokens of one completion weigh the same, and stand in one micro-batch.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../engine/graph.ts";
 *
 * const graph = new Graph();
 * const logProbs = graph.input("logProbs", "float32", [4]);
 * const objective = { kind: "surrogate", clipLow: 0.2, clipHigh: 0.2, klCoefficient: 0 } as const;
 * assertEquals(addLoss(graph, objective, logProbs).shape, []);
 * assertEquals(graph.inputs.map(({ name }) => name), ["logProbs", "weights", "advantages", "old"]);
 * ```
 */
export function addLoss(graph: Graph, objective: Objective, logProbs: Tensor): Tensor {
  const input = (name: string) =>
    graph.input(name, name === "segments" ? "int32" : "float32", logProbs.shape);
  const inputs = new Map(objectiveInputs(objective).map((name) => [name, input(name)]));
  const weights = inputs.get("weights")!;
  if (objective.kind === "likelihood") return neg(sum(mul(weights, logProbs)));

  let logRatio = sub(logProbs, inputs.get("old")!);
  const segments = inputs.get("segments");
  if (segments) {
    // Padding belongs to the first completion, but weighs nothing.
    const total = segmentSums(mul(weights, logRatio), segments);
    logRatio = div(total, segmentSums(weights, segments));
  }
  const ratio = exp(logRatio);
  let gain = policyGain(objective, logProbs, ratio, inputs.get("advantages")!);
  const reference = inputs.get("reference");
  if (reference) {
    const log = sub(reference, logProbs);
    const k3 = shift(sub(exp(log), log), -1);
    const divergence = objective.klEstimator === "unbiased" ? mul(k3, ratio) : k3;
    gain = add(gain, scale(divergence, -objective.klCoefficient));
  }
  return neg(sum(mul(weights, gain)));
}

/** What each token adds to the objective, without the KL term. */
function policyGain(
  objective: SurrogateObjective | CispoObjective,
  logProbs: Tensor,
  ratio: Tensor,
  advantages: Tensor,
): Tensor {
  if (objective.kind === "cispo") {
    const bounded = detach(clamp(ratio, 0, 1 + objective.clipHigh));
    return mul(mul(bounded, advantages), logProbs);
  }
  const clipped = clamp(ratio, 1 - objective.clipLow, 1 + objective.clipHigh);
  return minimum(mul(ratio, advantages), mul(clipped, advantages));
}

function ofSequences(objective: Objective): boolean {
  return objective.kind === "surrogate" && objective.ratio === "sequence";
}
