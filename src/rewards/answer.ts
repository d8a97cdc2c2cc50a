/** @file The reward of RLVR: whether the final answer is right. */
import { InputError } from "../errors.ts";
import { requireVerify } from "./require.ts";
import type { RewardResources } from "./resources.ts";
import type { RewardInstance } from "./reward.ts";
import type { Term } from "./term.ts";

/** A declared `answer`. */
export interface AnswerDeclaration {
  /** Tells the rewards apart. */
  readonly kind: "answer";
}

/**
 * Declares the final-answer reward: 1 where the answer in the completion is right and 0 where it is not, whatever the
 * way to it (RLVR; Lambert et al., arXiv 2411.15124, section 6). The format is not judged. Range 0 to 1. Cost: the
 * verifier's. What the verifier throws is thrown on, never scored.
 *
 * Example: a completion that ends with `#188` where 188 is expected is worth 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const reward = await makeReward(answer(), {
 *   verify: (gold, completion) => {
 *     const extracted = completion.trim().split("\n").at(-1)!;
 *     return { correct: extracted === gold, extracted };
 *   },
 * });
 * const instance = { target: "188", problem: "", answer: "188" };
 * assertEquals(await reward.score(splitRollout("j=1\n188"), instance), {
 *   value: 1,
 *   parts: { answer: 1 },
 *   extracted: "188",
 * });
 * ```
 */
export function answer(): AnswerDeclaration {
  return { kind: "answer" };
}

/** Why no answer to a problem can be judged; null where one can. */
export function answerFault({ answer }: Pick<RewardInstance, "answer">): string | null {
  return answer.trim() === ""
    ? "answer: expected a problem whose answer is known, found none"
    : null;
}

/**
 * Compiles it.
 *
 * @throws {InputError} without a verifier.
 */
export function answerTerm(_declared: AnswerDeclaration, resources: RewardResources): Term {
  const verify = requireVerify(resources, "answer");
  return {
    name: "answer",
    range: [0, 1],
    cost: "the verifier's",
    source: "arXiv 2411.15124, section 6",
    needs: {},
    format: "free",
    async score({ completion }, instance) {
      const fault = answerFault(instance);
      if (fault !== null) throw new InputError(fault);
      const { correct, extracted } = await verify(instance.answer, completion);
      const value = correct ? 1 : 0;
      return { value, parts: { answer: value }, extracted };
    },
  };
}
