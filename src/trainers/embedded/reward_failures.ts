/** @file Counting rewards that failed, and ending a stage that has too many of them. */
import type { Judgement } from "../../rewards/protocol.ts";

/** Until this many rollouts, failures are compared with a share of this many: one early failure is no trend. */
const FEWEST = 200;

/** What failed in one batch. */
export interface BatchFailures {
  /** Rewards that threw. */
  readonly rewardErrors: number;
  /** Rewards that did not end within the deadline. */
  readonly rewardTimeouts: number;
}

/** What was counted so far; survives JSON. */
export interface FailureCounts {
  /** Rollouts. */
  readonly rollouts: number;
  /** Those whose reward failed. */
  readonly failed: number;
  /** How often each reason was given. */
  readonly messages: readonly (readonly [string, number])[];
}

/**
 * Counts failures over a stage.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const failures = new RewardFailures(0.01);
 * const late = { status: "timeout", message: "no score after 5000 ms" } as const;
 * assertEquals(failures.count([late]), { rewardErrors: 0, rewardTimeouts: 1 });
 * assertThrows(() => failures.finish(), Error, "1 of 1 rewards failed");
 * ```
 */
export class RewardFailures {
  readonly #maxShare: number;
  #rollouts: number;
  #failed: number;
  readonly #messages: Map<string, number>;

  /** `maxShare` of all rollouts may fail; goes on from earlier counts. */
  constructor(maxShare: number, counted: FailureCounts = { rollouts: 0, failed: 0, messages: [] }) {
    this.#maxShare = maxShare;
    this.#rollouts = counted.rollouts;
    this.#failed = counted.failed;
    this.#messages = new Map(counted.messages);
  }

  /** What was counted so far. */
  get counts(): FailureCounts {
    return { rollouts: this.#rollouts, failed: this.#failed, messages: [...this.#messages] };
  }

  /**
   * Counts a batch.
   *
   * @throws {Error} where more failed than may, with the commonest reasons.
   */
  count(judgements: readonly Judgement[]): BatchFailures {
    let [errors, timeouts] = [0, 0];
    for (const judgement of judgements) {
      if (judgement.status === "ok") continue;
      if (judgement.status === "error") errors++;
      else timeouts++;
      const { message } = judgement;
      this.#messages.set(message, (this.#messages.get(message) ?? 0) + 1);
    }
    this.#rollouts += judgements.length;
    this.#failed += errors + timeouts;
    this.#check(Math.max(FEWEST, this.#rollouts));
    return { rewardErrors: errors, rewardTimeouts: timeouts };
  }

  /**
   * Checks the share over the whole stage.
   *
   * @throws {Error} as {@link count}.
   */
  finish(): void {
    this.#check(this.#rollouts);
  }

  #check(of: number): void {
    if (this.#failed <= this.#maxShare * of) return;
    const reasons = [...this.#messages].sort(([, a], [, b]) => b - a).slice(0, 3);
    const list = reasons.map(([message, count]) => `${count} × ${message}`).join("; ");
    throw new Error(
      `${this.#failed} of ${this.#rollouts} rewards failed; expected at most ` +
        `${this.#maxShare} of them (maxRewardFailures): ${list}`,
    );
  }
}
