/** @file What a reward is: a rollout in, a number out, with what it was made from. */

/** What a reward looks at. */
export interface RewardInput {
  /** What the policy wrote after the prompt. */
  readonly completion: string;
  /** The expert's action, or the expected answer. */
  readonly target: string;
}

/** A reward, with all that is needed to see why it came out so. */
export interface RewardOutcome {
  /** The number that training uses: the sum of `parts`. */
  readonly reward: number;
  /** The monologue; null where the format is broken, or where the reward does not look for one. */
  readonly think: string | null;
  /** The text that was judged; null where none was found. */
  readonly action: string | null;
  /** Code of the format's fault (a key of `FORMAT_FAULTS`); null where there is none. */
  readonly formatError: string | null;
  /** The terms that `reward` is the sum of, by name; a reward names the same terms every time. */
  readonly parts: Readonly<Record<string, number>>;
}

/**
 * Judges one rollout. Pure: the same rollout always gets the same outcome. An error that it throws is a fault to mend,
 * and must never be turned into a reward of zero.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const brevity: Reward = ({ completion }) => ({
 *   reward: -completion.length,
 *   think: null,
 *   action: completion,
 *   formatError: null,
 *   parts: { length: -completion.length },
 * });
 * assertEquals(brevity({ completion: "x=1", target: "" }).reward, -3);
 * ```
 */
export type Reward = (rollout: RewardInput) => RewardOutcome;
