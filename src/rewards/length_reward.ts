/** @file A bonus or a penalty for length. */
import { elementsOf } from "./elements.ts";
import { requireEncode } from "./require.ts";
import type { RewardResources } from "./resources.ts";
import { idsOf, type Term } from "./term.ts";

/** The choices of `length`. */
export interface LengthOptions {
  /** What is measured. Default `completion`. */
  readonly of?: "completion" | "think" | "action";
  /** In what. Default `token`, the policy's own. */
  readonly unit?: "char" | "word" | "token";
  /** Up to this length the score is 0. */
  readonly from: number;
  /** From this length on the score is `value`; between the two it grows in proportion. Above `from`. */
  readonly to: number;
  /** What full length scores: a penalty below 0, a bonus above. Default −1. */
  readonly value?: number;
}

/** A declared `length`. */
export interface LengthDeclaration extends LengthOptions {
  /** Tells the rewards apart. */
  readonly kind: "length";
}

/** A `length` with every default filled. */
export type ResolvedLength = Required<LengthDeclaration>;

/**
 * Declares a score that grows with length from 0 at `from` to `value` at `to`. With −1, this is the soft overlong
 * punishment of DAPO (arXiv 2503.14476, section 3.4). Range: from 0 to `value`. Cost: linear in the text. Where the
 * monologue or the action is measured, a broken format scores 0 here, and −1 as a whole.
 *
 * Example: from 200 to 400 tokens with −1, a completion of 300 tokens scores −0.5.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const reward = await makeReward(lengthReward({ unit: "char", from: 2, to: 6 }));
 * const instance = { target: "", problem: "", answer: "" };
 * assertEquals((await reward.score(splitRollout("abcd"), instance)).value, -0.5);
 * ```
 */
export function lengthReward(options: LengthOptions): LengthDeclaration {
  return { ...options, kind: "length" };
}

/**
 * Compiles it.
 *
 * @throws {InputError} for the unit `token` without a tokenizer.
 */
export function lengthTerm(declared: ResolvedLength, resources: RewardResources): Term {
  const { of, unit, from, to, value: full } = declared;
  let lengthOf = (text: string) => elementsOf(text, unit as "char").length;
  if (unit === "token") {
    const encode = requireEncode(resources, 'length with unit "token"');
    lengthOf = (text) => idsOf(encode, text).length;
  }
  return {
    name: "length",
    range: [Math.min(0, full), Math.max(0, full)],
    cost: "linear in the text",
    source: "arXiv 2503.14476, section 3.4",
    needs: {},
    format: of === "completion" ? "free" : "needed",
    score(rollout) {
      const text = rollout[of];
      const length = text === null ? 0 : lengthOf(text);
      const share = Math.min(1, Math.max(0, (length - from) / (to - from)));
      // Without the case, a penalty of nothing would be −0.
      const value = share === 0 ? 0 : share * full;
      return { value, parts: { length: value, "length.measured": length } };
    },
  };
}
