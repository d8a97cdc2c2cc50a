/** @file Advantages of a group's rollouts. */

/** Mean and population standard deviation, in float64. */
export interface Spread {
  /** Mean. */
  readonly mean: number;
  /** Population standard deviation; exactly 0 for equal values. */
  readonly deviation: number;
}

/**
 * Mean and population standard deviation of a group's rewards. Equal rewards have a deviation of exactly 0: rounding in the
 * mean would otherwise leave a tiny one, and dividing by it makes advantages out of nothing.
 *
 * @throws {RangeError} where there are no rewards, or one is not finite: it would make every advantage NaN.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(spread([1, 0, 1, 0]), { mean: 0.5, deviation: 0.5 });
 * ```
 */
export function spread(rewards: readonly number[]): Spread {
  if (rewards.length === 0) throw new RangeError("spread: there are no rewards");
  const strange = rewards.find((r) => !Number.isFinite(r));
  if (strange !== undefined) throw new RangeError(`spread: a reward of ${strange}`);
  const [first] = rewards;
  if (rewards.every((r) => r === first)) return { mean: first!, deviation: 0 };
  const mean = rewards.reduce((a, b) => a + b, 0) / rewards.length;
  const variance = rewards.reduce((sum, r) => sum + (r - mean) ** 2, 0) / rewards.length;
  return { mean, deviation: Math.sqrt(variance) };
}

/**
 * `(reward − mean) / (deviation + epsilon)` within a group (Shao et al., arXiv 2402.03300, section 4.1), with the
 * population deviation that dynamic sampling tests as well.
 *
 * @param epsilon Added to the deviation; null for `reward − mean` alone (Liu et al., arXiv 2503.20783, section 3.2).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(groupAdvantages([1, 0, 1, 0], 0), [1, -1, 1, -1]);
 * assertEquals(groupAdvantages([0.1, 0.1, 0.1], 0), [0, 0, 0]);
 * assertEquals(groupAdvantages([1, 0, 1, 0], null), [0.5, -0.5, 0.5, -0.5]);
 * ```
 */
export function groupAdvantages(rewards: readonly number[], epsilon: number | null): number[] {
  const { mean, deviation } = spread(rewards);
  const divisor = epsilon === null ? 1 : deviation + epsilon;
  return rewards.map((r) => deviation === 0 ? 0 : (r - mean) / divisor);
}
