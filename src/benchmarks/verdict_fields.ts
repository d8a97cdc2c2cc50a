/** @file A verdict as an outcome tells it. */
import type { Verification } from "../rewards/answer_verifier.ts";
import type { Outcome } from "../results/outcome.ts";

/**
 * The fields of an outcome that a verdict decides.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(verdictFields({ verdict: "wrong", extracted: "7" }), { correct: false, extracted: "7" });
 * assertEquals(verdictFields({ verdict: "unverified", reason: "error: no such unit" }), {
 *   correct: null,
 *   unverified: "error: no such unit",
 *   extracted: null,
 * });
 * ```
 */
export function verdictFields(
  verification: Verification,
): Pick<Outcome, "correct" | "unverified" | "extracted"> {
  if (verification.verdict === "unverified") {
    return { correct: null, unverified: verification.reason, extracted: null };
  }
  return { correct: verification.verdict === "correct", extracted: verification.extracted };
}
