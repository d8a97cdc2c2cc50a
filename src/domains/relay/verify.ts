/** @file Whether a completion gives a relay problem's answer. */
import type { Verdict } from "../../rewards/resources.ts";
import { ASKED } from "./problem.ts";

const ANSWER = new RegExp(`(?:^|\\n|</think>)#(\\d{${ASKED}})$`);

/**
 * Judges a completion of a relay problem: its answer is what it ends with.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(verify("188", "j=1\n#188"), { correct: true, extracted: "188" });
 * ```
 */
export function verify(gold: string, completion: string): Verdict {
  const extracted = ANSWER.exec(completion.trimEnd())?.[1] ?? null;
  return { correct: extracted === gold, extracted };
}
