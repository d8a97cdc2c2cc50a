/** @file A weighted sum of rewards. */
import { combinator } from "./combine.ts";
import type { ResolvedReward, RewardDeclaration, RewardKind } from "./declaration.ts";
import type { Term } from "./term.ts";

/** A reward with its weight. */
export interface WeightedReward {
  /** What its value is multiplied by; not 0. */
  readonly weight: number;
  /** The reward. */
  readonly reward: RewardDeclaration | RewardKind;
}

/** A declared `sum`. */
export interface SumDeclaration {
  /** Tells the rewards apart. */
  readonly kind: "sum";
  /** What is summed; at least one. */
  readonly of: readonly WeightedReward[];
}

/** A `sum` with every default filled. */
export interface ResolvedSum {
  /** Tells the rewards apart. */
  readonly kind: "sum";
  /** What is summed. */
  readonly of: readonly { readonly weight: number; readonly reward: ResolvedReward }[];
}

/**
 * Declares Σ weight · reward. The weights are taken as they are: they need not add up to 1. Range: the sum of the weighted
 * ranges. Cost: that of its terms. The log has each term's own value, unweighted.
 *
 * Example: 0.7 of a similarity of 0.5 and 0.3 of a right answer are 0.65.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const reward = await makeReward(weightedSum([
 *   { weight: 0.5, reward: "similarity" },
 *   { weight: 0.25, reward: "levenshtein" },
 * ]));
 * const instance = { target: "n=6x", problem: "", answer: "" };
 * assertEquals(await reward.score(splitRollout("<think></think>n=7x"), instance), {
 *   value: 0.5625,
 *   parts: { "sum.0.similarity": 0.75, "sum.1.levenshtein": 0.75, format: 0 },
 * });
 * ```
 */
export function weightedSum(of: readonly WeightedReward[]): SumDeclaration {
  return { kind: "sum", of };
}

/** Compiles it from its weights and compiled terms. */
export function sumTerm(weights: readonly number[], terms: readonly Term[]): Term {
  const bound = (side: 0 | 1) =>
    terms.reduce((sum, { range }, i) => {
      const weight = weights[i]!;
      return sum + weight * range[weight < 0 ? 1 - side : side]!;
    }, 0);
  return combinator({
    name: "sum",
    range: [bound(0), bound(1)],
    places: terms.map((term, i) => ({ name: `${i}`, term })),
    combine: (values) => ({
      value: values.reduce((sum, value, i) => sum + weights[i]! * value, 0),
    }),
  });
}
