/** @file A reward that counts only where another one is high enough. */
import { combinator } from "./combine.ts";
import type { ResolvedReward, RewardDeclaration, RewardKind } from "./declaration.ts";
import type { Term } from "./term.ts";

/** The choices of `gate`. */
export interface GateOptions {
  /** What counts behind the gate. */
  readonly reward: RewardDeclaration | RewardKind;
  /** What opens the gate. */
  readonly when: RewardDeclaration | RewardKind;
  /** The gate is open where `when` is greater than this. Default 0. */
  readonly above?: number;
}

/** A declared `gate`. */
export interface GateDeclaration extends GateOptions {
  /** Tells the rewards apart. */
  readonly kind: "gate";
}

/** A `gate` with every default filled. */
export interface ResolvedGate {
  /** Tells the rewards apart. */
  readonly kind: "gate";
  /** What counts behind the gate. */
  readonly reward: ResolvedReward;
  /** What opens the gate. */
  readonly when: ResolvedReward;
  /** The gate is open above this. */
  readonly above: number;
}

/**
 * Declares one reward on condition of another: `reward` where `when` exceeds `above`, else 0. Range: that of `reward`, and 0.
 * Cost: that of both; the log has both and whether the gate was open.
 *
 * Example: similarity counted only where the function's name is right.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const reward = await makeReward(gate({ reward: "similarity", when: "levenshtein", above: 0.5 }));
 * const instance = { target: "n=66", problem: "", answer: "" };
 * assertEquals(await reward.score(splitRollout("<think></think>n=77"), instance), {
 *   value: 0,
 *   parts: { "gate.reward.similarity": 0.5, "gate.when.levenshtein": 0.5, "gate.open": 0, format: 0 },
 * });
 * ```
 */
export function gate(options: GateOptions): GateDeclaration {
  return { ...options, kind: "gate" };
}

/** Compiles it from its compiled terms. */
export function gateTerm(reward: Term, when: Term, above: number): Term {
  return combinator({
    name: "gate",
    range: [Math.min(0, reward.range[0]), Math.max(0, reward.range[1])],
    places: [{ name: "reward", term: reward }, { name: "when", term: when }],
    combine: ([value, condition]) => {
      const open = condition! > above;
      return { value: open ? value! : 0, own: { open: Number(open) } };
    },
  });
}
