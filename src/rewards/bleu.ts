/** @file How precise the action's word n-grams are. */
import { internTokens } from "./elements.ts";
import { ngramMatches } from "./ngram_matches.ts";
import { actionTerm, type Term } from "./term.ts";
import { splitWords } from "./white_space.ts";

/** The choices of `bleu`. */
export interface BleuOptions {
  /**
   * What n-grams are made of. `13a` (the default): words and marks, as mteval-v13a divides them. `word`: what stands between white
   * space. `char`: code points that are no white space.
   */
  readonly tokens?: "13a" | "word" | "char";
  /** Longest n-grams, at least 1. Default 4. */
  readonly maxOrder?: number;
}

/** A declared `bleu`. */
export interface BleuDeclaration extends BleuOptions {
  /** Tells the rewards apart. */
  readonly kind: "bleu";
}

/** A `bleu` with every default filled. */
export type ResolvedBleu = Required<BleuDeclaration>;

/**
 * Declares sentence BLEU (Papineni et al. 2002) as `sentence_bleu` of the Python package `sacrebleu` has it, over 100: the
 * geometric mean of the n-gram precisions times the brevity penalty, exponential smoothing (Chen and Cherry 2014,
 * method 3), and no order beyond the action's length. Range 0 to 1. Cost: linear in the texts times the orders.
 *
 * Example: `a b c` beside `a b c d` is precise, and too short by 4/3: exp(1 − 4/3) = 0.72.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const reward = await makeReward(bleu());
 * const instance = { target: "a b c d", problem: "", answer: "" };
 * const { value } = await reward.score(splitRollout("<think></think>a b c"), instance);
 * assertAlmostEquals(value, Math.exp(1 - 4 / 3), 1e-12);
 * ```
 */
export function bleu(options: BleuOptions = {}): BleuDeclaration {
  return { ...options, kind: "bleu" };
}

/** Compiles it. */
export function bleuTerm({ tokens, maxOrder }: ResolvedBleu): Term {
  const divide = {
    "13a": (text: string) => splitWords(mteval13a(text)),
    word: splitWords,
    char: (text: string) => [...splitWords(text).join("")],
  }[tokens];
  return actionTerm({
    name: "bleu",
    cost: "0.06 ms at 300 characters, 0.5 ms at 4,000",
    source: "Papineni et al. 2002; sacrebleu sentence_bleu",
    compare(action, target) {
      const counts = ngramMatches(internTokens(divide(action), divide(target)), maxOrder);
      const whole = counts.filter(({ a }) => a > 0);
      if (!whole.some(({ matched }) => matched > 0)) return 0;
      let unseen = 1;
      const logs = whole.map(({ a, matched }) =>
        // Each order without a match counts half as much as the one before it.
        Math.log(matched > 0 ? matched / a : 1 / ((unseen *= 2) * a))
      );
      const [{ a, b } = { a: 0, b: 0 }] = whole;
      const brevity = a < b ? Math.exp(1 - b / a) : 1;
      return brevity * Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
    },
  });
}

/** What mteval-v13a puts spaces around: marks other than `'`, `-`, `,` and `.`; the last three depend on what is beside. */
function mteval13a(text: string): string {
  const plain = text.replaceAll("<skipped>", "").replaceAll("-\n", "")
    .replaceAll("\n", " ").replaceAll("&quot;", '"').replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">");
  return ` ${plain} `.replaceAll(/[ -&(-+/:-@[-`{-~]/g, " $& ")
    .replaceAll(/([^0-9])([.,])/gu, "$1 $2 ")
    .replaceAll(/([.,])([^0-9])/gu, " $1 $2")
    .replaceAll(/([0-9])-/g, "$1 - ");
}
