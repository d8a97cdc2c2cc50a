/** @file Whether a reward can judge anything at all by what was asked for. */
import { answerFault } from "./answer.ts";
import type { ResolvedReward } from "./declaration.ts";
import { patchFault } from "./patch.ts";
import type { RewardInstance } from "./reward.ts";
import { toolCallFault } from "./tool_call.ts";

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
  switch (reward.kind) {
    case "tool-call":
      return toolCallFault(instance);
    case "patch":
      return patchFault(instance);
    case "answer":
      return answerFault(instance);
    case "sum":
      return firstFault(reward.of.map((term) => term.reward), instance);
    case "min":
      return firstFault(reward.of, instance);
    case "gate":
      return firstFault([reward.reward, reward.when], instance);
    case "clip":
      return targetFault(reward.reward, instance);
    case "anneal":
      return firstFault([reward.from, reward.to], instance);
    default:
      return null;
  }
}

function firstFault(rewards: readonly ResolvedReward[], instance: RewardInstance): string | null {
  for (const reward of rewards) {
    const fault = targetFault(reward, instance);
    if (fault !== null) return fault;
  }
  return null;
}
