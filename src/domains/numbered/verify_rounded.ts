/** @file Whether a completion gives the answer of a problem whose expected answers are rounded. */
import type { Verdict } from "../../rewards/resources.ts";
import { verifyAnswer } from "../../verifier/verify_answer.ts";

/**
 * As `verify`, but that a number is right too which rounds to the expected decimal.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(verify("1.6", String.raw`So \boxed{1.57}.`), { correct: true, extracted: "1.57" });
 * ```
 */
export function verify(gold: string, completion: string): Verdict {
  const { correct, extracted } = verifyAnswer(gold, completion, { rounded: true });
  return { correct, extracted };
}
