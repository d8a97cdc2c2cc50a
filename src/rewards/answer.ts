/** @file The reward of RLVR: whether the final answer is right. */
import type { Reward } from "./reward.ts";

/** What a verifier says of one completion. */
export interface Verdict {
  /** Whether the answer is right. */
  readonly correct: boolean;
  /** The answer as found; null where there is none. */
  readonly extracted: string | null;
}

/** How a final answer is judged. */
export interface AnswerOptions {
  /** Finds the answer in a completion and compares it with the expected one. */
  readonly verify: (completion: string, target: string) => Verdict;
}

/**
 * 1 where the final answer is right and 0 where it is not, whatever the way to it: the format is not judged. What
 * the verifier throws is thrown on, never scored.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const lastLine = (completion: string) => completion.trim().split("\n").at(-1)!;
 * const reward = answer({
 *   verify: (completion, target) => ({
 *     correct: lastLine(completion) === target,
 *     extracted: lastLine(completion),
 *   }),
 * });
 * assertEquals(reward({ completion: "j=1\n188", target: "188" }).reward, 1);
 * ```
 */
export function answer({ verify }: AnswerOptions): Reward {
  return ({ completion, target }) => {
    const { correct, extracted } = verify(completion, target);
    const reward = correct ? 1 : 0;
    return {
      reward,
      think: null,
      action: extracted,
      formatError: null,
      parts: { correct: reward },
    };
  };
}
