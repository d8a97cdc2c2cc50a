/** @file A reward held between two bounds. */
import { combinator } from "./combine.ts";
import type { ResolvedReward, RewardDeclaration, RewardKind } from "./declaration.ts";
import type { Term } from "./term.ts";

/** The choices of `clip`. */
export interface ClipOptions {
  /** What is clipped. */
  readonly reward: RewardDeclaration | RewardKind;
  /** Least value. */
  readonly low: number;
  /** Greatest value, above `low`. */
  readonly high: number;
}

/** A declared `clip`. */
export interface ClipDeclaration extends ClipOptions {
  /** Tells the rewards apart. */
  readonly kind: "clip";
}

/** A `clip` with every default filled. */
export interface ResolvedClip extends ClipDeclaration {
  /** What is clipped. */
  readonly reward: ResolvedReward;
}

/**
 * Declares a reward held between two bounds. Range: `low` to `high`, or what of it the reward reaches. Cost: that of
 * the reward; the log has its value before.
 *
 * Example: a similarity of 0.97 clipped at 0.9 is 0.9, so that the last characters are worth nothing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const reward = await makeReward(clipped({ reward: "similarity", low: 0.25, high: 0.5 }));
 * const instance = { target: "abcd", problem: "", answer: "" };
 * assertEquals((await reward.score(splitRollout("<think></think>abcd"), instance)).value, 0.5);
 * assertEquals((await reward.score(splitRollout("<think></think>xyz"), instance)).value, 0.25);
 * ```
 */
export function clipped(options: ClipOptions): ClipDeclaration {
  return { ...options, kind: "clip" };
}

/** Compiles it from its compiled term. */
export function clipTerm(term: Term, low: number, high: number): Term {
  const clip = (value: number) => Math.min(high, Math.max(low, value));
  return combinator({
    name: "clip",
    range: [clip(term.range[0]), clip(term.range[1])],
    places: [{ name: "reward", term }],
    combine: ([value]) => ({ value: clip(value!) }),
  });
}
