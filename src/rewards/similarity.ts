/** @file The reward of step-wise training: how much of the expert's step an action has in common with it. */
import { normaliseLatex } from "./normalise_latex.ts";
import { requireEncode } from "./require.ts";
import type { RewardResources } from "./resources.ts";
import { idRatio, sequenceRatio } from "./sequence_ratio.ts";
import { actionTerm, idsOf, type Term } from "./term.ts";
import { collapseWhiteSpace } from "./white_space.ts";

/** What is made alike in both texts before they are compared. */
export interface NormaliseOptions {
  /** Whether each run of white space counts as one space. Default false. */
  readonly whitespace?: boolean;
  /** Whether spellings of LaTeX that look alike count as equal (see `normaliseLatex`). Default false. */
  readonly latex?: boolean;
}

/** The choices of `similarity`. */
export interface SimilarityOptions {
  /** What is matched. Default `char`: Unicode code points. `token` takes the policy's own tokenizer. */
  readonly unit?: "char" | "word" | "token";
  /** `difflib`'s popularity heuristic, which ignores elements frequent in a long text. Default true, as published. */
  readonly autojunk?: boolean;
  /** Which text is `difflib`'s first: ties and popular elements depend on it. Default `action-first`. */
  readonly order?: "action-first" | "expert-first";
  /** What is made alike before. Default nothing. */
  readonly normalise?: NormaliseOptions;
}

/** A declared `similarity`. */
export interface SimilarityDeclaration extends SimilarityOptions {
  /** Tells the rewards apart. */
  readonly kind: "similarity";
}

/** A `similarity` with every default filled. */
export interface ResolvedSimilarity extends Required<SimilarityDeclaration> {
  /** What is made alike before. */
  readonly normalise: Required<NormaliseOptions>;
}

/**
 * Declares the sequence ratio 2M/T of the action to the expert's, equal to CPython's `difflib` (arXiv 2510.25992,
 * section 3). Range 0 to 1. Cost: 0.01 ms at 300 characters and 0.2 ms at 4,000; without
 * autojunk 0.04 and 3 ms.
 *
 * Example: `n=3` beside the expert's `n=6` shares the block `n=`, so 2·2/6 = 0.67. On short actions a part of the
 * expert's text already scores high: let the format demand a whole one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { makeReward } from "./make_reward.ts";
 * import { splitRollout } from "./format.ts";
 *
 * const reward = await makeReward(similarity());
 * const instance = { target: "n=6", problem: "", answer: "" };
 * assertEquals(await reward.score(splitRollout("<think>6-3</think>n=3"), instance), {
 *   value: 2 / 3,
 *   parts: { similarity: 2 / 3, format: 0 },
 * });
 * assertEquals(await reward.score(splitRollout("n=3"), instance), {
 *   value: -1,
 *   parts: { similarity: 0, format: -1 },
 * });
 * ```
 */
export function similarity(options: SimilarityOptions = {}): SimilarityDeclaration {
  return { ...options, kind: "similarity" };
}

/**
 * Compiles it.
 *
 * @throws {InputError} for the unit `token` without a tokenizer.
 */
export function similarityTerm(declared: ResolvedSimilarity, resources: RewardResources): Term {
  const { unit, autojunk, order, normalise } = declared;
  const plain = (text: string) => {
    const latex = normalise.latex ? normaliseLatex(text) : text;
    return normalise.whitespace ? collapseWhiteSpace(latex) : latex;
  };
  let ratio = (a: string, b: string) => sequenceRatio(a, b, { unit: unit as "char", autojunk });
  if (unit === "token") {
    const encode = requireEncode(resources, 'similarity with unit "token"');
    ratio = (a, b) => idRatio(idsOf(encode, a), idsOf(encode, b), autojunk);
  }
  return actionTerm({
    name: "similarity",
    cost: "0.01 ms at 300 characters, 0.2 ms at 4,000; without autojunk 0.04 and 3 ms",
    source: "arXiv 2510.25992, section 3; CPython difflib",
    compare: (action, target) =>
      order === "action-first"
        ? ratio(plain(action), plain(target))
        : ratio(plain(target), plain(action)),
  });
}
