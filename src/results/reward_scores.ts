/** @file Rows of a reward landscape: what rewards said of corrupted steps. */
import { csvField } from "./csv_field.ts";

/** What one reward said of one corrupted step. */
export interface RewardScore {
  /** The reward's name. */
  readonly reward: string;
  /** The corruption's id. */
  readonly corruption: string;
  /** The step's id. */
  readonly step: string;
  /** The score; null where the reward failed. */
  readonly value: number | null;
  /** Why there is no score. */
  readonly failure?: string;
}

/**
 * The rows as CSV: `reward,corruption,step,value,failure`, values with all their digits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   rewardScoresCsv([{ reward: "bleu", corruption: "half", step: "p1#1", value: 0.25 }]),
 *   "reward,corruption,step,value,failure\nbleu,half,p1#1,0.25,\n",
 * );
 * ```
 */
export function rewardScoresCsv(scores: readonly RewardScore[]): string {
  const lines = scores.map(({ reward, corruption, step, value, failure = "" }) =>
    [reward, corruption, step, value === null ? "" : String(value), failure].map(csvField).join(",")
  );
  return ["reward,corruption,step,value,failure", ...lines].join("\n") + "\n";
}
