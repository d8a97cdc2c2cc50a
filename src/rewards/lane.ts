/** @file One worker of a reward pool, and its successors. */
import { InputError } from "../errors.ts";
import type { ResolvedReward } from "./declaration.ts";
import type { FromWorker, Judgement, RewardItem, RewardTraits, ToWorker } from "./protocol.ts";
import type { ResourceSpec } from "./resources.ts";

/** Longest time until a worker has compiled its reward: it may import a user's file, or read an encoder. */
const START_MS = 60_000;

/** A worker with what is known of its progress. */
interface Running {
  readonly worker: Worker;
  /** What is told of its reward. */
  readonly traits: RewardTraits;
  /** How many items it has ended since it was started. */
  readonly ended: Int32Array;
}

/** What one worker made of some items before it ended or was ended. */
interface Attempt {
  readonly judgements: readonly Judgement[];
  /** The item at fault; null where all are judged. Items between the judged ones and this one ended, but unheard. */
  readonly failed: { readonly index: number; readonly judgement: Judgement } | null;
}

/** Scores items one after another in a worker; where one must be ended, the next takes over behind the item at fault. */
export class Lane {
  readonly #declared: ResolvedReward;
  readonly #resources: ResourceSpec;
  readonly #deadlineMs: number;
  #running: Running | null = null;
  /** What a worker died of while nothing was asked of it. */
  #lateError: Judgement | null = null;

  /** Starts nothing yet. */
  constructor(declared: ResolvedReward, resources: ResourceSpec, deadlineMs: number) {
    this.#declared = declared;
    this.#resources = resources;
    this.#deadlineMs = deadlineMs;
  }

  /**
   * Starts a worker where none runs.
   *
   * @throws {InputError} where the reward cannot be compiled.
   */
  async start(): Promise<Running> {
    if (this.#running) return this.#running;
    const worker = new Worker(import.meta.resolve("./worker.ts"), { type: "module" });
    const ended = new SharedArrayBuffer(4);
    const { promise, resolve, reject } = Promise.withResolvers<RewardTraits>();
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === "ready") resolve(data.traits);
      else if (data.type === "unusable") {
        reject(data.input ? new InputError(data.message) : new Error(data.message));
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`reward worker: ${event.message}`));
    };
    const timer = setTimeout(
      () => reject(new Error(`reward worker: not ready after ${START_MS / 1000} s`)),
      START_MS,
    );
    const message: ToWorker = {
      type: "reward",
      declared: this.#declared,
      resources: this.#resources,
      ended,
    };
    worker.postMessage(message);
    try {
      const traits = await promise;
      return this.#running = { worker, traits, ended: new Int32Array(ended) };
    } catch (error) {
      worker.terminate();
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
      const running = await this.start();
      const rest = items.slice(judgements.length);
      const { judgements: heard, failed } = await this.#attempt(running, rest);
      judgements.push(...heard);
      if (!failed) continue;
      this.stop();
      const unheard = await this.score(rest.slice(heard.length, failed.index));
      judgements.push(...unheard, failed.judgement);
    }
    return judgements;
  }

  /** Ends the worker, whatever it does. */
  stop(): void {
    this.#running?.worker.terminate();
    this.#running = null;
  }

  async #attempt(running: Running, items: readonly RewardItem[]): Promise<Attempt> {
    const { worker, ended } = running;
    const judgements: Judgement[] = [];
    const { promise, resolve } = Promise.withResolvers<Judgement | null>();
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.type !== "judged") return;
      judgements.push(...data.judgements);
      if (judgements.length === items.length) resolve(null);
    };
    const died = (event: ErrorEvent): Judgement => {
      event.preventDefault();
      return { status: "error", message: `reward worker: ${event.message}` };
    };
    worker.onerror = (event) => resolve(died(event));
    // A worker that is stuck, or gone, cannot say so: it is told from the count of items that it ended.
    const base = Atomics.load(ended, 0);
    let seen = base;
    let since = performance.now();
    const timer = setInterval(() => {
      const count = Atomics.load(ended, 0);
      const now = performance.now();
      if (count !== seen) [seen, since] = [count, now];
      if (now - since <= this.#deadlineMs) return;
      resolve({ status: "timeout", message: `no score after ${this.#deadlineMs} ms` });
    }, Math.max(1, this.#deadlineMs / 8));
    const message: ToWorker = { type: "batch", items };
    worker.postMessage(message);
    const judgement = await promise;
    clearInterval(timer);
    worker.onerror = (event) => {
      this.#lateError = died(event);
      this.stop();
    };
    if (judgement === null) return { judgements, failed: null };
    const index = Math.min(Atomics.load(ended, 0) - base, items.length - 1);
    return { judgements: judgements.slice(0, index), failed: { index, judgement } };
  }
}
