/** @file Chooses the group of rollouts to look at. */
import { InputError } from "../errors.ts";
import type { RolloutRow } from "../results/outcome.ts";

/** What groups to look at: by mean reward from the top or the bottom, those whose rewards are all equal, those with a broken format. */
export type GroupFilter = "top" | "bottom" | "zero-variance" | "format";

/** Names of the filters. */
export const FILTERS: readonly GroupFilter[] = ["top", "bottom", "zero-variance", "format"];

/** Which group. */
export interface GroupChoice {
  /** Updates made before the batch; null for the last batch. */
  readonly step: number | null;
  /** The group's number; with a filter, its place in what the filter leaves. From 0. */
  readonly group: number;
  /** Orders or limits the groups of the step; null leaves them as they are. */
  readonly filter: GroupFilter | null;
}

/** A group found. */
export interface PickedGroup {
  /** Its rollouts. */
  readonly rows: readonly RolloutRow[];
  /** Groups that could have been chosen. */
  readonly among: number;
  /** Steps of which there are rollouts, ascending. */
  readonly steps: readonly number[];
}

/** The rewards of a group that did not fail. */
function known(rows: readonly RolloutRow[]): number[] {
  return rows.flatMap(({ reward }) => reward ?? []);
}

/** The mean reward of a group that has one. */
function mean(rows: readonly RolloutRow[]): number {
  const rewards = known(rows);
  return rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
}

/**
 * The groups that a filter leaves, in its order. The list is sorted in place.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(filterGroups([], "top"), []);
 * ```
 */
export function filterGroups(groups: RolloutRow[][], filter: GroupFilter): RolloutRow[][] {
  switch (filter) {
    case "top":
      return groups.filter((rows) => known(rows).length > 0)
        .sort((a, b) => mean(b) - mean(a));
    case "bottom":
      return groups.filter((rows) => known(rows).length > 0)
        .sort((a, b) => mean(a) - mean(b));
    case "zero-variance":
      return groups.filter((rows) => new Set(known(rows)).size <= 1);
    case "format":
      return groups.filter((rows) => rows.some(({ formatError }) => formatError !== null));
  }
}

/** A few numbers of an ascending list: all when they are few, else both ends. */
function range(numbers: readonly number[]): string {
  return numbers.length <= 6
    ? numbers.join(", ")
    : `${numbers.slice(0, 3).join(", ")}, …, ${numbers.slice(-2).join(", ")}`;
}

/**
 * Picks one group of a stage's rollouts.
 *
 * @throws {InputError} When there is none, with what there is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const row = {
 *   step: 0, group: 0, rollout: 0, instance: "a", prompt: "p", target: "t", completion: "c",
 *   think: null, action: null, formatError: null, reward: 0, rewardError: null, parts: {}, advantage: 0,
 *   tokens: 1,
 * };
 * const rows = [row, { ...row, group: 1, reward: 1 }];
 * const picked = pickGroup(rows, { step: null, group: 0, filter: "top" });
 * assertEquals(picked.rows[0]?.group, 1);
 * ```
 */
export function pickGroup(rows: readonly RolloutRow[], choice: GroupChoice): PickedGroup {
  const steps = [...new Set(rows.map(({ step }) => step))].sort((a, b) => a - b);
  const step = choice.step ?? steps.at(-1);
  const groups = new Map<number, RolloutRow[]>();
  for (const row of rows) {
    if (row.step === step) groups.set(row.group, [...groups.get(row.group) ?? [], row]);
  }
  if (groups.size === 0) {
    const there = steps.length > 0 ? `there are ${range(steps)}` : "there are none at all";
    throw new InputError(`--step: no rollouts of step ${choice.step ?? "last"}; ${there}`);
  }
  const { filter, group } = choice;
  if (filter !== null) {
    const left = filterGroups([...groups.values()], filter);
    const found = left[group];
    if (!found) {
      throw new InputError(
        `--filter ${filter}: step ${step} has ${left.length} such groups; ` +
          (left.length > 0 ? `--group takes 0 to ${left.length - 1}` : "try another step"),
      );
    }
    return { rows: found, among: left.length, steps };
  }
  const found = groups.get(group);
  if (!found) {
    const numbers = range([...groups.keys()].sort((a, b) => a - b));
    throw new InputError(`--group: step ${step} has no group ${group}; there are ${numbers}`);
  }
  return { rows: found, among: groups.size, steps };
}
