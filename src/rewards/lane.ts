/** @file One process of a reward pool, and its successors. */
import { InputError } from "../errors.ts";
import type { ResolvedReward } from "./declaration.ts";
import type { Judgement, RewardItem, RewardTraits } from "./protocol.ts";
import type { ResourceSpec } from "./resources.ts";
import { RewardProcess } from "./reward_process.ts";

/** Longest time until a process has compiled its reward: it may import a user's file, or read an encoder. */
const START_MS = 60_000;

/** Items to a message, so that the first is scored before the last has come over. */
const PORTION = 64;

/** Into how many parts a deadline is cut. */
const TICKS = 8;

/** A process that is ready. */
interface Running {
  readonly process: RewardProcess;
  /** What is told of its reward. */
  readonly traits: RewardTraits;
}

/** Scores items one after another in a process; where one must be killed, the next takes over behind the item at fault. */
export class Lane {
  readonly #declared: ResolvedReward;
  readonly #resources: ResourceSpec;
  readonly #deadlineMs: number;
  #running: Running | null = null;
  /** What a process died of while nothing was asked of it. */
  #lateError: Judgement | null = null;

  /** Starts nothing yet. */
  constructor(declared: ResolvedReward, resources: ResourceSpec, deadlineMs: number) {
    this.#declared = declared;
    this.#resources = resources;
    this.#deadlineMs = deadlineMs;
  }

  /**
   * Starts a process where none runs.
   *
   * @throws {InputError} where the reward cannot be compiled.
   */
  async start(): Promise<Running> {
    if (this.#running) return this.#running;
    const process = new RewardProcess();
    const { promise, resolve, reject } = Promise.withResolvers<RewardTraits>();
    process.listen({
      heard(said) {
        if (said.type === "ready") resolve(said.traits);
        else if (said.type === "unusable") {
          reject(said.input ? new InputError(said.message) : new Error(said.message));
        }
      },
      ended: (message) => reject(new Error(message)),
    });
    const timer = setTimeout(
      () => reject(new Error(`reward process: not ready after ${START_MS / 1000} s`)),
      START_MS,
    );
    process.send({ type: "reward", declared: this.#declared, resources: this.#resources });
    try {
      const traits = await promise;
      return this.#running = { process, traits };
    } catch (error) {
      process.kill();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Scores items, in order. */
  async score(items: readonly RewardItem[]): Promise<Judgement[]> {
    const judgements: Judgement[] = [];
    while (judgements.length < items.length) {
      if (this.#lateError) {
        // Which item began what failed later is not known; that something failed must not be lost.
        judgements.push(this.#lateError);
        this.#lateError = null;
        continue;
      }
      const { process } = await this.start();
      const failed = await this.#attempt(process, items.slice(judgements.length), judgements);
      if (!failed) continue;
      this.stop();
      judgements.push(failed);
    }
    return judgements;
  }

  /** Ends the process, whatever it does. */
  stop(): void {
    this.#running?.process.kill();
    this.#running = null;
  }

  /** Scores until all is judged (null), or until one item fails its process. Every item before that one is in `judgements`. */
  async #attempt(
    process: RewardProcess,
    items: readonly RewardItem[],
    judgements: Judgement[],
  ): Promise<Judgement | null> {
    const { promise, resolve } = Promise.withResolvers<Judgement | null>();
    const end = judgements.length + items.length;
    let waited = 0;
    process.listen({
      heard(said) {
        if (said.type !== "judged") return;
        waited = 0;
        judgements.push(said.judgement);
        if (judgements.length === end) resolve(null);
      },
      ended: (message) => resolve({ status: "error", message }),
    });
    // Ticks are counted and not the time: while this thread is busy it hears nothing, and that is nobody's fault.
    const timer = setInterval(() => {
      if (++waited <= TICKS) return;
      resolve({ status: "timeout", message: `no score after ${this.#deadlineMs} ms` });
    }, Math.max(1, this.#deadlineMs / TICKS));
    for (let at = 0; at < items.length; at += PORTION) {
      process.send({ type: "items", items: items.slice(at, at + PORTION) });
    }
    const failed = await promise;
    clearInterval(timer);
    process.listen({
      heard: () => {},
      ended: (message) => {
        this.#lateError = { status: "error", message };
        this.stop();
      },
    });
    return failed;
  }
}
