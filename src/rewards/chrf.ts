/** @file How many character n-grams the action shares with the expert's. */
import { internPair, internTokens } from "./elements.ts";
import { fScore } from "./f_measure.ts";
import { ngramMatches } from "./ngram_matches.ts";
import { actionTerm, type Term } from "./term.ts";
import { splitWords } from "./white_space.ts";

/** The choices of `chrf`. */
export interface ChrfOptions {
  /** Longest character n-grams, at least 1. Default 6. */
  readonly charOrder?: number;
  /** Longest word n-grams; 0 for none. Default 0; 2 makes it chrF++. */
  readonly wordOrder?: number;
  /** How much more recall counts than precision, above 0. Default 2. */
  readonly beta?: number;
}

/** A declared `chrf`. */
export interface ChrfDeclaration extends ChrfOptions {
  /** Tells the rewards apart. */
  readonly kind: "chrf";
}

/** A `chrf` with every default filled. */
export type ResolvedChrf = Required<ChrfDeclaration>;

/**
 * Declares chrF (Popović 2015), or chrF++ (Popović 2017) with `wordOrder` 2, as `CHRF` of the Python package `sacrebleu`
 * scores one sentence, over 100: precision and recall of character n-grams without white space and of word n-grams with
 * punctuation at a word's end cut off, averaged over the orders that both texts have, then Fβ. Range 0 to 1. Cost:
 * linear in the texts times the orders.
 *
 * Example: with order 1, `ab` and `abcd` have precision 1 and recall 1/2; with β = 2 that is 5/9.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const reward = await makeReward(chrf({ charOrder: 1 }));
 * const instance = { target: "abcd", problem: "", answer: "" };
 * const { value } = await reward.score(splitRollout("<think></think>ab"), instance);
 * assertAlmostEquals(value, 5 / 9, 1e-12);
 * ```
 */
export function chrf(options: ChrfOptions = {}): ChrfDeclaration {
  return { ...options, kind: "chrf" };
}

/** Compiles it. */
export function chrfTerm({ charOrder, wordOrder, beta }: ResolvedChrf): Term {
  return actionTerm({
    name: "chrf",
    cost: "0.09 ms at 300 characters, 0.8 ms at 4,000",
    source: "Popović 2015 and 2017; sacrebleu CHRF",
    compare(action, target) {
      const [a, b] = [splitWords(action), splitWords(target)];
      const counts = [
        ...ngramMatches(internPair(a.join(""), b.join(""), "char"), charOrder),
        ...ngramMatches(internTokens(cutEnds(a), cutEnds(b)), wordOrder),
      ].filter((count) => count.a > 0 && count.b > 0);
      if (counts.length === 0) return 0;
      const mean = (of: "a" | "b") =>
        counts.reduce((sum, count) => sum + count.matched / count[of], 0) / counts.length;
      return fScore(mean("a"), mean("b"), beta);
    },
  });
}

/** Words with one mark of punctuation cut off: at the end, or else at the beginning. */
function cutEnds(words: readonly string[]): string[] {
  const mark = /^[!-/:-@[-`{-~]$/;
  return words.flatMap((word) => {
    if (word.length < 2) return [word];
    if (mark.test(word.at(-1)!)) return [word.slice(0, -1), word.slice(-1)];
    if (mark.test(word[0]!)) return [word[0]!, word.slice(1)];
    return [word];
  });
}
