/** @file What a reward is: a rollout and what it was asked for in, a number and its terms out. */

/** What the policy wrote, split already (see `splitRollout`). */
export interface Rollout {
  /** All that the policy wrote after the prompt. */
  readonly completion: string;
  /** The monologue; null where the format is broken. */
  readonly think: string | null;
  /** The action, without surrounding white space; null where the format is broken. */
  readonly action: string | null;
  /** Code of the format's fault (a key of `FORMAT_FAULTS`, or `truncated`); null where there is none. */
  readonly formatError: string | null;
  /** Optimiser updates made so far; a reward that is annealed needs it. */
  readonly update?: number;
  /**
   * Mean log-probability per token of the expert's action behind the policy's own monologue, at most 0. The trainer
   * computes it where {@link RewardFunction.needs} says so.
   */
  readonly expertLogProb?: number;
}

/** What the rollout was asked for. */
export interface RewardInstance {
  /** The expert's action, or the expected answer where a whole solution was asked for. */
  readonly target: string;
  /** The problem's text. */
  readonly problem: string;
  /** The problem's final answer; empty where none is known. */
  readonly answer: string;
}

/** What a rollout is worth, with all that is needed to see why. */
export interface Score {
  /** The number that training uses. */
  readonly value: number;
  /** Named terms for the log, the same names for every rollout; the terms of a combinator have its path, `sum.0.bleu`. */
  readonly parts: Readonly<Record<string, number>>;
  /** The answer that a reward found in the completion by itself; null where it found none, absent where it looks for none. */
  readonly extracted?: string | null;
}

/** What the trainer must compute for a reward. */
export interface RewardNeeds {
  /** Whether {@link Rollout.expertLogProb} must be there. */
  readonly expertLogProb?: boolean;
}

/** Least and greatest value. */
export type ScoreRange = readonly [min: number, max: number];

/**
 * A reward, ready to score. Pure: the same rollout always gets the same score. An error that it throws is a fault to
 * mend, and is never turned into a score of zero.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const brevity: RewardFunction = {
 *   name: "brevity",
 *   range: [-Infinity, 0],
 *   cost: "none",
 *   judgesFormat: false,
 *   needs: {},
 *   score: ({ completion }) => ({ value: -completion.length, parts: { length: completion.length } }),
 * };
 * const rollout = { completion: "x=1", think: null, action: null, formatError: null };
 * assertEquals(brevity.score(rollout, { target: "", problem: "", answer: "" }), {
 *   value: -3,
 *   parts: { length: 3 },
 * });
 * ```
 */
export interface RewardFunction {
  /** The declaration's kind. */
  readonly name: string;
  /** Bounds of every value. */
  readonly range: ScoreRange;
  /** What a score costs, in words. */
  readonly cost: string;
  /** Where it is defined; absent for our own. */
  readonly source?: string;
  /** Whether a broken format shows in the score. Where it does not, as for a final answer, nobody should count it. */
  readonly judgesFormat: boolean;
  /** What must be computed before it can score. */
  readonly needs: RewardNeeds;
  /** Scores one rollout. */
  score(rollout: Rollout, instance: RewardInstance): Score | Promise<Score>;
}
