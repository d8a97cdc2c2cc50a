/** @file Whether a completion gives the answer of a problem in natural language. */
import { lastBoxed } from "../../data/answer_extraction.ts";
import type { Verdict } from "../../rewards/resources.ts";

/**
 * Judges a completion: the answer is what stands in the last `\boxed{}`, and is right when it is the expected one but for
 * white space. Where no answer is known, none is right.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(verify("x = 2", String.raw`So \boxed{x=2}.`), { correct: true, extracted: "x=2" });
 * ```
 */
export function verify(gold: string, completion: string): Verdict {
  const extracted = lastBoxed(completion);
  const plain = (text: string) => text.replaceAll(/\s+/g, "");
  const known = plain(gold) !== "";
  return {
    correct: known && extracted !== null && plain(extracted) === plain(gold),
    extracted,
  };
}
