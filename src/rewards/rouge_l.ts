/** @file How much of the expert's wording the action has, in order. */
import { internTokens } from "./elements.ts";
import { fMeasure } from "./f_measure.ts";
import { lcsLength } from "./lcs_length.ts";
import { actionTerm, type Term } from "./term.ts";

/** The choices of `rouge-l`. */
export interface RougeLOptions {
  /** How much more recall counts than precision, above 0. Default 1. */
  readonly beta?: number;
}

/** A declared `rouge-l`. */
export interface RougeLDeclaration extends RougeLOptions {
  /** Tells the rewards apart. */
  readonly kind: "rouge-l";
}

/** A `rouge-l` with every default filled. */
export type ResolvedRougeL = Required<RougeLDeclaration>;

/**
 * Declares ROUGE-L (Lin 2004, section 3): Fβ of the longest common subsequence of words, as the Python package `rouge-score`
 * has it, without a stemmer: lower case, runs of a–z and 0–9 only. Mathematics is mostly dropped: for prose.
 * Range 0 to 1. Cost: quadratic in the words, 32 cells at a time.
 *
 * Example: `so x is two` and `then x is 2` share `x is`: precision and recall 2/4, F1 0.5.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const reward = await makeReward(rougeL());
 * const instance = { target: "Then x is 2.", problem: "", answer: "" };
 * assertEquals((await reward.score(splitRollout("<think></think>So x is two"), instance)).value, 0.5);
 * ```
 */
export function rougeL(options: RougeLOptions = {}): RougeLDeclaration {
  return { ...options, kind: "rouge-l" };
}

/** Compiles it. */
export function rougeLTerm({ beta }: ResolvedRougeL): Term {
  return actionTerm({
    name: "rouge-l",
    cost: "0.02 ms at 300 characters, 0.1 ms at 4,000",
    source: "Lin 2004, section 3; rouge-score without stemmer",
    compare(action, target) {
      const pair = internTokens(rougeWords(action), rougeWords(target));
      return fMeasure(lcsLength(pair), pair.a.length, pair.b.length, beta);
    },
  });
}

/** Runs of a–z and 0–9 in the lower-cased text. */
function rougeWords(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}
