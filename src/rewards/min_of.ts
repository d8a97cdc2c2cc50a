/** @file The least of several rewards. */
import { combinator } from "./combine.ts";
import type { ResolvedReward, RewardDeclaration, RewardKind } from "./declaration.ts";
import type { Term } from "./term.ts";

/** A declared `min`. */
export interface MinDeclaration {
  /** Tells the rewards apart. */
  readonly kind: "min";
  /** What is compared; at least two. */
  readonly of: readonly (RewardDeclaration | RewardKind)[];
}

/** A `min` with every default filled. */
export interface ResolvedMin {
  /** Tells the rewards apart. */
  readonly kind: "min";
  /** What is compared. */
  readonly of: readonly ResolvedReward[];
}

/**
 * Declares the least of several rewards: all must be good. Range: from the least lower bound to the least upper one. Cost:
 * that of its terms.
 *
 * Example: of a similarity of 0.9 and a token F1 of 0.4, 0.4.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const reward = await makeReward(minOf(["similarity", "levenshtein"]));
 * const instance = { target: "abcd", problem: "", answer: "" };
 * assertEquals((await reward.score(splitRollout("<think></think>bcd"), instance)).value, 0.75);
 * ```
 */
export function minOf(of: MinDeclaration["of"]): MinDeclaration {
  return { kind: "min", of };
}

/** Compiles it from its compiled terms. */
export function minTerm(terms: readonly Term[]): Term {
  return combinator({
    name: "min",
    range: [
      Math.min(...terms.map(({ range }) => range[0])),
      Math.min(...terms.map(({ range }) => range[1])),
    ],
    places: terms.map((term, i) => ({ name: `${i}`, term })),
    combine: (values) => ({ value: Math.min(...values) }),
  });
}
