/** @file What training maximises, as graphs over the log-probabilities of the predicted tokens. */
import type { Graph, Tensor } from "../engine/graph.ts";
import { add, clamp, exp, minimum, mul, neg, scale, shift, sub, sum } from "../engine/ops/mod.ts";

/** Maximum likelihood of the completions. */
export interface LikelihoodObjective {
  /** Tells the objectives apart. */
  readonly kind: "likelihood";
}

/** The clipped surrogate of GRPO (Shao et al., arXiv 2402.03300, equation 3). */
export interface SurrogateObjective {
  /** Tells the objectives apart. */
  readonly kind: "surrogate";
  /** The ratio's lower bound is `1 − clipLow`. */
  readonly clipLow: number;
  /** The ratio's upper bound is `1 + clipHigh`. */
  readonly clipHigh: number;
  /** Weight of the KL penalty against the reference policy; 0 needs no reference. */
  readonly klCoefficient: number;
}

/** What training maximises. */
export type Objective = LikelihoodObjective | SurrogateObjective;

/**
 * Names of the per-entry inputs that the objective reads, besides those of the packed batch.
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
  return ["weights", "advantages", "old", ...reference];
}

/**
 * The loss of log-probabilities `[entries]`, a scalar. It is the plain sum of `weights` times each token's loss: whoever
 * sets the weights decides what is averaged over what, and micro-batches add up to the whole batch.
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
  const inputs = new Map(
    objectiveInputs(objective).map((name) => [name, graph.input(name, "float32", logProbs.shape)]),
  );
  const weights = inputs.get("weights")!;
  if (objective.kind === "likelihood") return neg(sum(mul(weights, logProbs)));

  const advantages = inputs.get("advantages")!;
  const ratio = exp(sub(logProbs, inputs.get("old")!));
  const clipped = clamp(ratio, 1 - objective.clipLow, 1 + objective.clipHigh);
  let gain = minimum(mul(ratio, advantages), mul(clipped, advantages));
  const reference = inputs.get("reference");
  if (reference) {
    // The estimator that is never negative: r − log r − 1 with r = reference / policy.
    const log = sub(reference, logProbs);
    const divergence = shift(sub(exp(log), log), -1);
    gain = add(gain, scale(divergence, -objective.klCoefficient));
  }
  return neg(sum(mul(weights, gain)));
}
