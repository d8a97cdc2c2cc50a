/** @file A small landscape for tests. */
import { type LandscapeTable, landscapeTable } from "../../src/results/landscape_table.ts";
import type { RewardScore } from "../../src/results/reward_scores.ts";
import { CORRUPTIONS } from "../../src/rewards/corruptions.ts";

/** Twenty steps, of which ten have digits; each reward's scores fall from one corruption to the next, from 1. */
export function scoresOf(
  rewards: readonly string[],
  scale: (value: number) => number = (value) => value,
): RewardScore[] {
  return rewards.flatMap((reward) =>
    CORRUPTIONS.flatMap(({ id }, column) =>
      Array.from({ length: id === "digits" ? 10 : 20 }, (_, at) => ({
        reward,
        corruption: id,
        step: `p${at}#1`,
        value: scale(1 - column / 10 * at / 20),
      }))
    )
  );
}

/** Their table. */
export function landscapeOf(
  rewards: readonly string[],
  scores = scoresOf(rewards),
): LandscapeTable {
  const about = { source: "solutions.jsonl", steps: 20, of: 50, seed: 3 };
  return landscapeTable(scores, rewards, CORRUPTIONS, about);
}
