/** @file Rewards outside of the training process, each item under a deadline. */
import type { ResolvedReward } from "./declaration.ts";
import { Lane } from "./lane.ts";
import type { Judgement, RewardItem, RewardTraits } from "./protocol.ts";
import type { ResourceSpec } from "./resources.ts";

/** How a {@link RewardPool} works. */
export interface RewardPoolOptions {
  /** What the reward needs besides its declaration. */
  readonly resources?: ResourceSpec;
  /** Processes. Default 1. */
  readonly workers?: number;
  /** Longest time for one item, in milliseconds. Default 5000: on steps of 4,000 characters the text rewards take up to 4. */
  readonly deadlineMs?: number;
}

/**
 * Scores batches of rollouts in processes of their own, in order. The scores are those of the same reward in this thread.
 * An item whose reward throws is an `error`; one whose reward does not end within the deadline is a `timeout`, its process
 * is killed, and another goes on with the rest. Neither is ever a score. What a reward prints goes to this process's
 * stderr. The processes end with this one, however it ends.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 *
 * using pool = await RewardPool.start({ kind: "format", broken: -1, ok: 0.5 });
 * const instance = { target: "", problem: "", answer: "" };
 * const items = ["<think></think>a", "a"].map((text) => ({ rollout: splitRollout(text), instance }));
 * assertEquals(await pool.score(items), [
 *   { status: "ok", score: { value: 0.5, parts: { format: 0.5 } } },
 *   { status: "ok", score: { value: -1, parts: { format: -1 } } },
 * ]);
 * ```
 */
export class RewardPool implements Disposable {
  /** What is told of the reward. */
  readonly traits: RewardTraits;
  readonly #lanes: readonly Lane[];

  private constructor(lanes: readonly Lane[], traits: RewardTraits) {
    this.#lanes = lanes;
    this.traits = traits;
  }

  /**
   * Starts the processes and waits until each has compiled the reward.
   *
   * @throws {InputError} where the reward cannot be compiled.
   */
  static async start(
    declared: ResolvedReward,
    { resources = {}, workers = 1, deadlineMs = 5000 }: RewardPoolOptions = {},
  ): Promise<RewardPool> {
    const lanes = Array.from({ length: workers }, () => new Lane(declared, resources, deadlineMs));
    try {
      const [first] = await Promise.all(lanes.map((lane) => lane.start()));
      return new RewardPool(lanes, first!.traits);
    } catch (error) {
      for (const lane of lanes) lane.stop();
      throw error;
    }
  }

  /** Scores a batch: an entry for each item, in order. One batch at a time. */
  async score(items: readonly RewardItem[]): Promise<Judgement[]> {
    const share = Math.ceil(items.length / this.#lanes.length);
    const judged = await Promise.all(
      this.#lanes.map((lane, i) => lane.score(items.slice(i * share, (i + 1) * share))),
    );
    return judged.flat();
  }

  /** Ends the processes, whatever they do. */
  [Symbol.dispose](): void {
    for (const lane of this.#lanes) lane.stop();
  }
}
