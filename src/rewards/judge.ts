/** @file One item scored, whatever the reward does. */
import type { Judgement, RewardItem } from "./protocol.ts";
import type { RewardFunction } from "./reward.ts";

/**
 * Scores one item. An exception is an `error`, and so is a value that is not finite: it would spoil a whole group.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const reward = await makeReward("expert-likelihood");
 * const item = {
 *   rollout: splitRollout("<think></think>a"),
 *   instance: { target: "a", problem: "", answer: "" },
 * };
 * assertEquals(await judge(reward, item), {
 *   status: "error",
 *   message: "expert-likelihood: expected the log-probability of the expert's action, found none: " +
 *     "it has no tokens, does not fit behind the thought, or was not computed",
 * });
 * ```
 */
export async function judge(
  reward: RewardFunction,
  { rollout, instance }: RewardItem,
): Promise<Judgement> {
  try {
    const score = await reward.score(rollout, instance);
    if (!Number.isFinite(score.value)) {
      return { status: "error", message: `${reward.name}: found a score of ${score.value}` };
    }
    return { status: "ok", score };
  } catch (error) {
    return { status: "error", message: error instanceof Error ? error.message : String(error) };
  }
}
