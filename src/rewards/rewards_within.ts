/** @file Every reward that a declared reward is made of. */
import type { ResolvedReward } from "./declaration.ts";

/**
 * A reward, and all that it combines, each before what is within it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rewardSchema } from "./schema.ts";
 *
 * const gated = rewardSchema.parse({ kind: "gate", reward: "bleu", when: "answer" });
 * assertEquals([...rewardsWithin(gated)].map(({ kind }) => kind), ["gate", "bleu", "answer"]);
 * ```
 */
export function* rewardsWithin(reward: ResolvedReward): Generator<ResolvedReward> {
  yield reward;
  for (const inner of partsOf(reward)) yield* rewardsWithin(inner);
}

/** What a reward combines. */
function partsOf(reward: ResolvedReward): readonly ResolvedReward[] {
  switch (reward.kind) {
    case "sum":
      return reward.of.map((term) => term.reward);
    case "min":
      return reward.of;
    case "gate":
      return [reward.reward, reward.when];
    case "clip":
      return [reward.reward];
    case "anneal":
      return [reward.from, reward.to];
    default:
      return [];
  }
}
