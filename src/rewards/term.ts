/** @file What a reward is compiled to, before the rule on broken formats is applied to the whole. */
import type { Encode } from "./resources.ts";
import type { RewardInstance, RewardNeeds, Rollout, Score, ScoreRange } from "./reward.ts";

/** A reward by itself, or a combinator with all that it combines. */
export interface Term {
  /** The declaration's kind. */
  readonly name: string;
  /** Bounds of every value. */
  readonly range: ScoreRange;
  /** What a score costs, in words. */
  readonly cost: string;
  /** Where it is defined. */
  readonly source?: string;
  /** What the trainer must compute. */
  readonly needs: RewardNeeds;
  /**
   * What it makes of a broken format. `needed`: it cannot score without an action, and gives its least; the whole is then
   * −1. `free`: it does not look at the format. `own`: it says itself what a broken format is worth.
   */
  readonly format: "needed" | "free" | "own";
  /** Scores one rollout. */
  score(rollout: Rollout, instance: RewardInstance): Score | Promise<Score>;
}

/** What differs between the rewards that compare the action with the expert's. */
export interface ActionTerm {
  /** The declaration's kind, and the name of its part. */
  readonly name: string;
  /** What a score costs, in words. */
  readonly cost: string;
  /** Where it is defined. */
  readonly source?: string;
  /** Compares two texts without surrounding white space, the model's first; 0 to 1. */
  compare(action: string, target: string): number;
}

/**
 * A term that compares the action with the expert's: 0 to 1, and 0 where there is no action.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const same = actionTerm({ name: "same", cost: "none", compare: (a, b) => Number(a === b) });
 * const rollout = { completion: "", think: "", action: "x=1", formatError: null };
 * assertEquals(same.score(rollout, { target: " x=1\n", problem: "", answer: "" }), {
 *   value: 1,
 *   parts: { same: 1 },
 * });
 * ```
 */
export function actionTerm({ compare, ...shared }: ActionTerm): Term {
  return {
    ...shared,
    range: [0, 1],
    needs: {},
    format: "needed",
    score({ action }, { target }) {
      const value = action === null ? 0 : compare(action, target.trim());
      return { value, parts: { [shared.name]: value } };
    },
  };
}

/**
 * The ids of a text for a comparison. Half a surrogate pair, which no tokenizer takes, counts as U+FFFD.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(idsOf((text) => [text.length], "ab"), Int32Array.of(2));
 * ```
 */
export function idsOf(encode: Encode, text: string): Int32Array {
  return Int32Array.from(encode(text.toWellFormed()));
}
