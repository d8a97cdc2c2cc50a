/** @file Which groups a batch is made of. */
import { spread } from "./advantages.ts";

/** Bounds of {@link sampleGroups}. */
export interface GroupSamplingOptions {
  /** Groups that a batch should have. */
  readonly groups: number;
  /** A group is kept only when the population standard deviation of its rewards exceeds it; null keeps every group. */
  readonly epsilon: number | null;
  /** Most further rounds of sampling. */
  readonly maxRefills: number;
}

/** A batch of groups, and what it took to get it. */
export interface SampledGroups<G> {
  /** Groups to train on; fewer than asked for when the rounds ran out. */
  readonly kept: G[];
  /** Groups without spread, and those without a single reward. */
  readonly dropped: G[];
  /** Rounds of sampling beyond the first. */
  readonly refills: number;
}

/**
 * Dynamic sampling (Yu et al., arXiv 2503.14476, section 3.2; with a threshold in arXiv 2510.25992, section 3): a group
 * whose rewards are alike teaches nothing, so it is dropped and others are sampled in its place, for a bounded number of
 * rounds.
 *
 * @param sample Samples and rewards this many groups.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const rewards = [[1, 1], [1, 0], [0, 0], [0, 1]];
 * const sample = (count: number) =>
 *   Promise.resolve(rewards.splice(0, count).map((rewards) => ({ rewards })));
 * const { kept, dropped, refills } = await sampleGroups({ groups: 2, epsilon: 0, maxRefills: 5 }, sample);
 * assertEquals([kept.length, dropped.length, refills], [2, 2, 2]);
 * ```
 */
export async function sampleGroups<G extends { readonly rewards: readonly number[] }>(
  options: GroupSamplingOptions,
  sample: (count: number) => Promise<G[]>,
): Promise<SampledGroups<G>> {
  const kept: G[] = [];
  const dropped: G[] = [];
  for (let refills = 0;; refills++) {
    for (const group of await sample(options.groups - kept.length)) {
      // Without a reward there is nothing to train on; without ε every other group is trained on.
      const keep = group.rewards.length > 0 &&
        (options.epsilon === null || spread(group.rewards).deviation > options.epsilon);
      (keep ? kept : dropped).push(group);
    }
    const full = kept.length >= options.groups;
    if (full || options.epsilon === null || refills >= options.maxRefills) {
      return { kept, dropped, refills };
    }
  }
}
