/** @file How few edits make the action the expert's. */
import { elementsOf } from "./elements.ts";
import { levenshteinDistance } from "./levenshtein_distance.ts";
import { actionTerm, type Term } from "./term.ts";

/** A declared `levenshtein`. */
export interface LevenshteinDeclaration {
  /** Tells the rewards apart. */
  readonly kind: "levenshtein";
}

/**
 * Declares the Levenshtein ratio 1 − distance / longer length, in code points: `Levenshtein.normalized_similarity` of the
 * Python package `rapidfuzz`. Not its `ratio`, which knows no substitutions. Range 0 to 1. Cost: quadratic in the
 * texts, 32 cells at a time.
 *
 * Example: `n=3` is one substitution from `n=6`: 1 − 1/3 = 0.67. Unlike the sequence ratio, it sees order everywhere.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const reward = await makeReward(levenshtein());
 * const instance = { target: "abcd", problem: "", answer: "" };
 * assertEquals((await reward.score(splitRollout("<think></think>abxd"), instance)).value, 0.75);
 * ```
 */
export function levenshtein(): LevenshteinDeclaration {
  return { kind: "levenshtein" };
}

/** Compiles it. */
export function levenshteinTerm(): Term {
  return actionTerm({
    name: "levenshtein",
    cost: "0.02 ms at 300 characters, 1 to 4 ms at 4,000",
    source: "Levenshtein 1966; rapidfuzz Levenshtein.normalized_similarity",
    compare: levenshteinRatio,
  });
}

/**
 * 1 − distance / longer length; 1 for two empty texts.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(levenshteinRatio("abcd", "abxd"), 0.75);
 * ```
 */
export function levenshteinRatio(a: string, b: string): number {
  const longer = Math.max(elementsOf(a, "char").length, elementsOf(b, "char").length);
  return longer === 0 ? 1 : 1 - levenshteinDistance(a, b) / longer;
}
