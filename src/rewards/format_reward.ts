/** @file What a broken format is worth, said explicitly. */
import type { Term } from "./term.ts";

/** The choices of `format`. */
export interface FormatRewardOptions {
  /** What a broken format scores. Default −1. */
  readonly broken?: -1 | 0;
  /** What an output in the format scores: a bonus. Default 0. */
  readonly ok?: number;
}

/** A declared `format`. */
export interface FormatRewardDeclaration extends FormatRewardOptions {
  /** Tells the rewards apart. */
  readonly kind: "format";
}

/** A `format` with every default filled. */
export type ResolvedFormatReward = Required<FormatRewardDeclaration>;

/**
 * Declares a score for the format: `broken` or `ok`. A declaration that holds it says itself what a broken format is worth;
 * without it, a broken format is worth −1 whatever else is declared (arXiv 2510.25992, section 3). Range: from
 * the smaller to the larger of the two. Cost: none, the output is split already.
 *
 * Example: beside `similarity` in a sum, `{ broken: 0, ok: 0.1 }` gives a broken output 0 and a whole one 0.1 and its ratio.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 * import { similarity } from "./similarity.ts";
 * import { weightedSum } from "./weighted_sum.ts";
 *
 * const reward = await makeReward(weightedSum([
 *   { weight: 1, reward: similarity() },
 *   { weight: 1, reward: formatReward({ broken: 0, ok: 0.1 }) },
 * ]));
 * const instance = { target: "n=6", problem: "", answer: "" };
 * assertEquals((await reward.score(splitRollout("<think></think>n=6"), instance)).value, 1.1);
 * assertEquals((await reward.score(splitRollout("n=6"), instance)).value, 0);
 * ```
 */
export function formatReward(options: FormatRewardOptions = {}): FormatRewardDeclaration {
  return { ...options, kind: "format" };
}

/** Compiles it. */
export function formatTerm({ broken, ok }: ResolvedFormatReward): Term {
  return {
    name: "format",
    range: [Math.min(broken, ok), Math.max(broken, ok)],
    cost: "none",
    source: "arXiv 2510.25992, section 3",
    needs: {},
    format: "own",
    score({ formatError }) {
      const value = formatError === null ? ok : broken;
      return { value, parts: { format: value } };
    },
  };
}
