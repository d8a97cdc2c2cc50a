/** @file Verifying answers off the thread that trains, each within a deadline. */
import { InputError } from "../errors.ts";
import { type CallOutcome, StoppableWorker } from "./stoppable_worker.ts";
import type { VerifyRequest } from "./verifier_worker.ts";
import type { AnswerVerdict, VerifyOptions } from "./verify_answer.ts";

/** How a {@link Verifier} works. */
export interface VerifierOptions extends VerifyOptions {
  /**
   * Milliseconds that one answer may take, 1 to 600,000; 2,000 by default. Almost all take less than 1: the deadline is for text that finds a
   * gap in the limits of `verifyAnswer`, and one such text must not stop a training run.
   */
  readonly deadlineMs?: number;
  /**
   * Threads, 1 to 64; 1 by default. One verifies thousands of answers a second. More are for batches so large that verifying them is felt, on
   * cores that are idle: each costs 0.3 s to start and 50 MB.
   */
  readonly workers?: number;
}

/** What became of one answer. A timeout and an error say nothing about whether it is right, and must not be scored. */
export type VerifierResult = CallOutcome<AnswerVerdict>;

/** A prediction with its expected answer. */
export interface AnswerPair {
  /** The expected answer. */
  readonly gold: string;
  /** What the model wrote. */
  readonly prediction: string;
}

interface Waiting {
  readonly request: VerifyRequest;
  readonly resolve: (result: VerifierResult) => void;
}

/**
 * Runs `verifyAnswer` in worker threads that are stopped at a deadline and started again, so that no text can hang or
 * crash a training run. Threads start with the first answer and end when the verifier is disposed of.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * await using verifier = new Verifier({ deadlineMs: 5_000 });
 * const [right, wrong] = await verifier.verifyAll([
 *   { gold: "\\frac{1}{2}", prediction: "\\boxed{0.5}" },
 *   { gold: "\\frac{1}{2}", prediction: "\\boxed{0.6}" },
 * ]);
 * assertEquals(right?.status === "done" && right.value.correct, true);
 * assertEquals(wrong?.status === "done" && wrong.value.correct, false);
 * ```
 */
export class Verifier implements Disposable, AsyncDisposable {
  readonly #deadlineMs: number;
  readonly #options: VerifyOptions;
  readonly #workers: StoppableWorker<VerifyRequest, AnswerVerdict>[];
  readonly #idle: StoppableWorker<VerifyRequest, AnswerVerdict>[];
  #waiting: Waiting[] = [];
  #next = 0;
  #closed = false;

  /**
   * No thread is started yet.
   *
   * @throws {InputError} Where an option is out of its range.
   */
  constructor(options: VerifierOptions = {}) {
    const { deadlineMs = 2000, workers = 1, ...rest } = options;
    this.#deadlineMs = whole("deadlineMs", deadlineMs, 600_000);
    this.#options = rest;
    const url = new URL("./verifier_worker.ts", import.meta.url);
    this.#workers = Array.from(
      { length: whole("workers", workers, 64) },
      () => new StoppableWorker(url),
    );
    this.#idle = [...this.#workers];
  }

  /** Verifies one answer. */
  verify(gold: string, prediction: string): Promise<VerifierResult> {
    if (this.#closed) {
      return Promise.resolve({ status: "error", message: "the verifier is closed" });
    }
    return new Promise((resolve) => {
      this.#waiting.push({ request: { gold, prediction, options: this.#options }, resolve });
      this.#serve();
    });
  }

  /** Verifies many answers; the results are in the order of the pairs, each with its own deadline. */
  verifyAll(pairs: Iterable<AnswerPair>): Promise<VerifierResult[]> {
    return Promise.all(Array.from(pairs, ({ gold, prediction }) => this.verify(gold, prediction)));
  }

  /** Ends the threads; what is not verified yet ends with an error. */
  [Symbol.dispose](): void {
    this.#closed = true;
    const left = this.#waiting.slice(this.#next);
    [this.#waiting, this.#next] = [[], 0];
    for (const { resolve } of left) resolve({ status: "error", message: "the verifier is closed" });
    for (const worker of this.#workers) worker[Symbol.dispose]();
  }

  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
    return Promise.resolve();
  }

  /** Gives what waits to whoever is idle. */
  #serve(): void {
    while (this.#next < this.#waiting.length) {
      const worker = this.#idle.pop();
      if (worker === undefined) return;
      void this.#run(worker, this.#waiting[this.#next++]!);
    }
    [this.#waiting, this.#next] = [[], 0];
  }

  async #run(
    worker: StoppableWorker<VerifyRequest, AnswerVerdict>,
    { request, resolve }: Waiting,
  ): Promise<void> {
    resolve(await worker.call(request, this.#deadlineMs));
    this.#idle.push(worker);
    this.#serve();
  }
}

function whole(name: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new InputError(`${name}: expected a whole number from 1 to ${most}, found ${value}`);
}
