/** @file Final answers judged outside of the calling process, each under a deadline: the `answer` reward's pool, read as verdicts. */
import { RewardPool, type RewardPoolOptions } from "./pool.ts";

/** An answer to judge. */
export interface AnswerItem {
  /** What the policy wrote. */
  readonly completion: string;
  /** The answer expected; not empty. */
  readonly answer: string;
}

/** What is known of one answer. That it could not be judged is no judgement. */
export type Verification =
  | {
    /** It was judged. */
    readonly verdict: "correct" | "wrong";
    /** The answer found in the completion; null where there was none. */
    readonly extracted: string | null;
  }
  | {
    /** The verifier threw, or did not end within the deadline. */
    readonly verdict: "unverified";
    /** `error: …` or `timeout: …`. */
    readonly reason: string;
  };

/**
 * Verifies answers in the processes of a {@link RewardPool}, so that no completion can hang the caller.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * using answers = await AnswerVerifier.start(import.meta.resolve("../domains/relay/verify.ts"));
 * assertEquals(await answers.verify([{ completion: "#188", answer: "188" }]), [
 *   { verdict: "correct", extracted: "188" },
 * ]);
 * ```
 */
export class AnswerVerifier implements Disposable {
  readonly #pool: RewardPool;

  private constructor(pool: RewardPool) {
    this.#pool = pool;
  }

  /**
   * Starts the processes.
   *
   * @param verifier URL of a module that exports `verify`, a `Verify`.
   * @throws {Error} where the module cannot be loaded.
   */
  static async start(
    verifier: string,
    options: Pick<RewardPoolOptions, "workers" | "deadlineMs"> = {},
  ): Promise<AnswerVerifier> {
    const resources = { verifier };
    return new AnswerVerifier(
      await RewardPool.start({ kind: "answer" }, { ...options, resources }),
    );
  }

  /** Judges answers: a verdict for each, in order. One batch at a time. */
  async verify(items: readonly AnswerItem[]): Promise<Verification[]> {
    const judgements = await this.#pool.score(items.map(({ completion, answer }) => ({
      rollout: { completion, think: null, action: null, formatError: null },
      instance: { target: answer, problem: "", answer },
    })));
    return judgements.map((judgement): Verification => {
      if (judgement.status !== "ok") {
        return { verdict: "unverified", reason: `${judgement.status}: ${judgement.message}` };
      }
      const { value, extracted = null } = judgement.score;
      return { verdict: value === 1 ? "correct" : "wrong", extracted };
    });
  }

  /** Ends the processes. */
  [Symbol.dispose](): void {
    this.#pool[Symbol.dispose]();
  }
}
