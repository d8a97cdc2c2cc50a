/** @file What a reward needs that the reward landscape does not have. */
import type { LandscapeStep } from "./landscape.ts";
import type { ResolvedReward } from "./declaration.ts";
import type { ResourceSpec } from "./resources.ts";
import { rewardsWithin } from "./rewards_within.ts";
import { targetFault } from "./target_fault.ts";

/**
 * What a reward, or one within it, cannot be scored without in a landscape, which has the steps, their problems and perhaps a
 * tokenizer; with the way to it where there is one. Null where nothing is missing. A reward that can judge some of the steps and
 * not others is scored on those.
 *
 * @param steps The steps to score.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   landscapeLack({ kind: "expert-likelihood", scale: "probability", floor: -5 }, [], {}),
 *   "needs a policy and what it thinks before it acts, and here is none",
 * );
 * assertEquals(landscapeLack({ kind: "levenshtein" }, [], {}), null);
 * ```
 */
export function landscapeLack(
  reward: ResolvedReward,
  steps: readonly LandscapeStep[],
  { tokenizer }: ResourceSpec,
): string | null {
  for (const inner of rewardsWithin(reward)) {
    const lack = lackOf(inner, tokenizer !== undefined);
    if (lack !== null) return inner === reward ? lack : `${inner.kind} ${lack}`;
  }
  const faults = steps.map((step) => targetFault(reward, step));
  if (steps.length === 0 || faults.includes(null)) return null;
  return `none of the ${steps.length} steps can be scored; ${steps[0]!.id}: ${faults[0]}`;
}

function lackOf(reward: ResolvedReward, tokenizer: boolean): string | null {
  switch (reward.kind) {
    case "answer":
      return "needs whole solutions, whose final answers it verifies, and here are single steps";
    case "expert-likelihood":
      return "needs a policy and what it thinks before it acts, and here is none";
    case "anneal":
      return "needs the number of updates made so far, and here is no training; " +
        'its "from" and its "to" can be shown by themselves';
    case "length":
      if (reward.of === "think") {
        return 'needs what a policy thinks before it acts, and here is none; "of":"action" is shown';
      }
      return lacksTokens(reward.unit, tokenizer);
    case "similarity":
      return lacksTokens(reward.unit, tokenizer);
    default:
      return null;
  }
}

function lacksTokens(unit: string, tokenizer: boolean): string | null {
  if (unit !== "token" || tokenizer) return null;
  return "needs a tokenizer to split texts into tokens; --tokenizer names one";
}
