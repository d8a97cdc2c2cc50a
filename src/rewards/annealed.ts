/** @file A mixture of two rewards that moves from one to the other while a policy is trained. */
import { combinator } from "./combine.ts";
import type { ResolvedReward, RewardDeclaration, RewardKind } from "./declaration.ts";
import type { Term } from "./term.ts";

/** The choices of `anneal`. */
export interface AnnealOptions {
  /** What counts at first. */
  readonly from: RewardDeclaration | RewardKind;
  /** What counts in the end. */
  readonly to: RewardDeclaration | RewardKind;
  /** Optimiser updates before the mixture begins to move. Default 0. */
  readonly start?: number;
  /** Optimiser updates after which only `to` counts. Above `start`. */
  readonly end: number;
}

/** A declared `anneal`. */
export interface AnnealDeclaration extends AnnealOptions {
  /** Tells the rewards apart. */
  readonly kind: "anneal";
}

/** An `anneal` with every default filled. */
export interface ResolvedAnneal extends Required<AnnealDeclaration> {
  /** What counts at first. */
  readonly from: ResolvedReward;
  /** What counts in the end. */
  readonly to: ResolvedReward;
}

/**
 * Declares (1 − p) · `from` + p · `to`, where p grows linearly from 0 at update `start` to 1 at update `end`. Range: what the
 * two ranges span. Cost: that of both, at every update; the log has both and p.
 *
 * Example: from similarity to the final answer over updates 0 to 100, at update 25 a similarity of 0.8 and a wrong answer
 * are 0.75 · 0.8 + 0.25 · 0 = 0.6.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const reward = await makeReward(annealed({ from: "similarity", to: "levenshtein", end: 4 }));
 * const rollout = { ...splitRollout("<think></think>bcda"), update: 3 };
 * const { value } = await reward.score(rollout, { target: "abcd", problem: "", answer: "" });
 * assertEquals(value, 0.25 * 0.75 + 0.75 * 0.5);
 * ```
 */
export function annealed(options: AnnealOptions): AnnealDeclaration {
  return { ...options, kind: "anneal" };
}

/** Compiles it from its compiled terms. */
export function annealTerm(from: Term, to: Term, start: number, end: number): Term {
  return combinator({
    name: "anneal",
    range: [Math.min(from.range[0], to.range[0]), Math.max(from.range[1], to.range[1])],
    places: [{ name: "from", term: from }, { name: "to", term: to }],
    combine: ([first, second], { update }) => {
      if (update === undefined) {
        throw new TypeError("anneal: expected the number of optimiser updates, found none");
      }
      const progress = Math.min(1, Math.max(0, (update - start) / (end - start)));
      return { value: (1 - progress) * first! + progress * second!, own: { progress } };
    },
  });
}
