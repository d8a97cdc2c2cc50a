/** @file Whether a completion gives the answer of a problem in natural language. */
import type { Verdict } from "../../rewards/resources.ts";
import { verifyAnswer } from "../../verifier/verify_answer.ts";

/**
 * Judges a completion by its final answer, as {@link verifyAnswer} finds and compares it. Where no answer is known, none
 * is right.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(verify("1/2", String.raw`So \boxed{x=0.5}.`), { correct: true, extracted: "x=0.5" });
 * ```
 */
export function verify(gold: string, completion: string): Verdict {
  const { correct, extracted } = verifyAnswer(gold, completion);
  return { correct, extracted };
}
