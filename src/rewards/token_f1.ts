/** @file How many of the expert's words the action has, in any order. */
import { internTokens } from "./elements.ts";
import { fMeasure } from "./f_measure.ts";
import { ngramMatches } from "./ngram_matches.ts";
import { actionTerm, type Term } from "./term.ts";
import { splitWords } from "./white_space.ts";

/** A declared `token-f1`. */
export interface TokenF1Declaration {
  /** Tells the rewards apart. */
  readonly kind: "token-f1";
}

/**
 * Declares the token F1 of SQuAD v1.1 (Rajpurkar et al., arXiv 1606.05250, section 6.1) by its official evaluation: lower
 * case, ASCII punctuation and the words a, an and the dropped, then F1 of the words as bags. Range 0 to 1; 0
 * where either text has no word left. Cost: linear in the texts.
 *
 * Example: `The root is 2.` and `root: 3, is it?` share `root` and `is`: 2/3 and 2/4, F1 4/7.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const reward = await makeReward(tokenF1());
 * const instance = { target: "root: 3, is it?", problem: "", answer: "" };
 * const { value } = await reward.score(splitRollout("<think></think>The root is 2."), instance);
 * assertAlmostEquals(value, 4 / 7, 1e-12);
 * ```
 */
export function tokenF1(): TokenF1Declaration {
  return { kind: "token-f1" };
}

/** Compiles it. */
export function tokenF1Term(): Term {
  return actionTerm({
    name: "token-f1",
    cost: "0.03 ms at 300 characters, 0.2 ms at 4,000",
    source: "arXiv 1606.05250, section 6.1; SQuAD evaluate-v1.1",
    compare(action, target) {
      const pair = internTokens(squadWords(action), squadWords(target));
      const [{ a, b, matched } = { a: 0, b: 0, matched: 0 }] = ngramMatches(pair, 1);
      return fMeasure(matched, a, b, 1);
    },
  });
}

function squadWords(text: string): string[] {
  const bare = text.toLowerCase().replaceAll(/[!-/:-@[-`{-~]/g, "");
  // Python's \b divides letters and numbers of all scripts from the rest; JavaScript's only ASCII's.
  return splitWords(
    bare.replaceAll(/[\p{L}\p{N}]+/gu, (word) => /^(?:an?|the)$/.test(word) ? " " : word),
  );
}
