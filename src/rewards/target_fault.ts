/** @file Whether a reward can judge anything at all by what was asked for. */
import { answerFault } from "./answer.ts";
import type { ResolvedReward, RewardKind } from "./declaration.ts";
import { patchFault } from "./patch.ts";
import type { RewardInstance } from "./reward.ts";
import { rewardsWithin } from "./rewards_within.ts";
import { toolCallFault } from "./tool_call.ts";

/** What some kinds cannot do without. */
const FAULTS: { readonly [K in RewardKind]?: (instance: RewardInstance) => string | null } = {
  "tool-call": toolCallFault,
  patch: patchFault,
  answer: answerFault,
};

/**
 * Why no rollout of an instance could be scored, whatever the policy writes; null where nothing is known against it. A `tool-call`
 * needs a call in the expert's action, a `patch` a diff, an `answer` a known answer; combinators are gone through.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rewardSchema } from "./schema.ts";
 *
 * const reward = rewardSchema.parse({ kind: "min", of: ["similarity", "tool-call"] });
 * const instance = { problem: "", answer: "" };
 * assertEquals(targetFault(reward, { ...instance, target: "<function=submit></function>" }), null);
 * assertEquals(
 *   targetFault(reward, { ...instance, target: "submit it" }),
 *   `tool-call: expected a call in the expert's action, found "submit it"`,
 * );
 * ```
 */
export function targetFault(reward: ResolvedReward, instance: RewardInstance): string | null {
  for (const { kind } of rewardsWithin(reward)) {
    const fault = FAULTS[kind]?.(instance) ?? null;
    if (fault !== null) return fault;
  }
  return null;
}
