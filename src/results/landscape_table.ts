/** @file A reward landscape in figures: how each reward's scores are spread for each corruption. */
import { quantileSorted, wilcoxonRankSum } from "simple-statistics";
import type { RewardScore } from "./reward_scores.ts";

/** A corruption as tables and plots name it. */
export interface LandscapeColumn {
  /** In rows. */
  readonly id: string;
  /** At the head of a column. */
  readonly head: string;
  /** In a plot. */
  readonly label: string;
  /** In a caption. */
  readonly meaning: string;
}

/** How one reward's scores of one corruption are spread; quantiles lie linearly between two scores, as numpy's do. */
export interface Spread {
  /** The arithmetic mean. */
  readonly mean: number;
  /** The 5 % quantile. */
  readonly low: number;
  /** The first quartile. */
  readonly lower: number;
  /** The second. */
  readonly median: number;
  /** The third. */
  readonly upper: number;
  /** The 95 % quantile. */
  readonly high: number;
}

/** One reward on one corruption. */
export interface LandscapeCell {
  /** The reward's name. */
  readonly reward: string;
  /** The corruption's id. */
  readonly corruption: string;
  /** Steps that were scored. */
  readonly count: number;
  /** Steps on which the reward failed. */
  readonly failures: number;
  /** The scores' spread; null where there are none. */
  readonly spread: Spread | null;
}

/** A reward, with a figure for how well it keeps apart what should be apart. */
export interface LandscapeReward {
  /** Its name. */
  readonly name: string;
  /** See {@link separation}: a step with its clauses reordered, against one of another problem; null where one of them is missing. */
  readonly apart: number | null;
}

/** The landscape. */
export interface LandscapeTable {
  /** Where the steps are from. */
  readonly source: string;
  /** How many steps were scored. */
  readonly steps: number;
  /** Of how many. */
  readonly of: number;
  /** What drew them. */
  readonly seed: number;
  /** In the order asked for. */
  readonly rewards: readonly LandscapeReward[];
  /** In the order of corruption. */
  readonly columns: readonly LandscapeColumn[];
  /** One for each reward and column, by reward. */
  readonly cells: readonly LandscapeCell[];
  /** The first failure of each reward that failed, in words. */
  readonly failures: readonly {
    readonly reward: string;
    readonly count: number;
    readonly first: string;
  }[];
}

/** The two corruptions that `apart` compares: the one that leaves all that the step says, and the one that leaves nothing. */
export const APART = { near: "order", far: "other" } as const;

/**
 * The chance that one of `near`, drawn at random, is above one of `far`; ties count half: the area under the ROC curve, by the rank
 * sum (Mann & Whitney 1947). 1 where all are, 0.5 for no difference. Null where either is empty.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(separation([0.9, 0.5], [0.5, 0.1]), 0.875);
 * ```
 */
export function separation(near: readonly number[], far: readonly number[]): number | null {
  if (near.length === 0 || far.length === 0) return null;
  const ranks = wilcoxonRankSum([...near], [...far]);
  return (ranks - near.length * (near.length + 1) / 2) / (near.length * far.length);
}

/**
 * The landscape of some scores.
 *
 * @param rewards Names, in the order of the table's rows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const column = { id: "half", head: "half", label: "first half", meaning: "its first half" };
 * const scores = [0.2, 0.4].map((value, i) =>
 *   ({ reward: "bleu", corruption: "half", step: `p1#${i}`, value })
 * );
 * const { cells } = landscapeTable(scores, ["bleu"], [column], { source: "a", steps: 2, of: 2, seed: 0 });
 * assertEquals(cells[0]?.spread?.median, 0.30000000000000004);
 * ```
 */
export function landscapeTable(
  scores: readonly RewardScore[],
  rewards: readonly string[],
  columns: readonly LandscapeColumn[],
  about: Pick<LandscapeTable, "source" | "steps" | "of" | "seed">,
): LandscapeTable {
  const groups = Map.groupBy(scores, ({ reward, corruption }) => `${corruption}\0${reward}`);
  const of = (reward: string, corruption: string) => groups.get(`${corruption}\0${reward}`) ?? [];
  const values = (reward: string, corruption: string) =>
    of(reward, corruption).flatMap(({ value }) => value === null ? [] : [value]);
  return {
    ...about,
    rewards: rewards.map((name) => ({
      name,
      apart: separation(values(name, APART.near), values(name, APART.far)),
    })),
    columns: columns.map(({ id, head, label, meaning }) => ({ id, head, label, meaning })),
    cells: rewards.flatMap((reward) =>
      columns.map(({ id }): LandscapeCell => {
        const scored = values(reward, id);
        const failures = of(reward, id).length - scored.length;
        return { reward, corruption: id, count: scored.length, failures, spread: spread(scored) };
      })
    ),
    failures: rewards.flatMap((reward) => {
      const failed = scores.filter((row) => row.reward === reward && row.value === null);
      const first = failed[0];
      return first === undefined
        ? []
        : [{ reward, count: failed.length, first: `${first.step}: ${first.failure ?? ""}` }];
    }),
  };
}

function spread(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => quantileSorted(sorted, share);
  return {
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    low: at(0.05),
    lower: at(0.25),
    median: at(0.5),
    upper: at(0.75),
    high: at(0.95),
  };
}
