/** @file How far an evaluation is: one live line on a terminal, plain lines elsewhere. */
import { duration, roughly } from "../runs/clock.ts";

/** What the display knows before it starts. */
export interface EvalProgressOptions {
  /** Completions that are wanted in all. */
  readonly total: number;
  /** Whether lines can be drawn over. */
  readonly live: boolean;
  /** Writes text as it is. */
  write(text: string): void;
  /** Milliseconds that only go forward. */
  now(): number;
}

/** Least time between two plain lines, and between two redraws, in milliseconds. */
const EVERY = { plain: 10_000, live: 200 };

/** Columns of the live line. */
const WIDTH = 99;

/**
 * Counts answers over the passes of an evaluation. What the journal had already says nothing about speed, so that it is left out of the
 * estimate.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const lines: string[] = [];
 * let now = 0;
 * const progress = new EvalProgress({
 *   total: 100, live: false, write: (text) => lines.push(text), now: () => now,
 * });
 * progress.pass("aime24 greedy");
 * now = 20_000;
 * progress.answered({ done: 60, total: 100, kept: 20 });
 * assertEquals(lines, ["  60 of 100 (20 kept)  20 s, about 20 s left  aime24 greedy\n"]);
 * ```
 */
export class EvalProgress {
  readonly #options: EvalProgressOptions;
  readonly #since: number;
  #last = -Infinity;
  #before = { done: 0, kept: 0 };
  #pass = { done: 0, kept: 0 };
  #name = "";
  #retries = 0;
  #why = "";
  #drawn = false;

  /** Starts the clock. */
  constructor(options: EvalProgressOptions) {
    this.#options = options;
    this.#since = options.now();
    this.#last = this.#since;
  }

  /** Begins a pass, which ends the one before. */
  pass(name: string): void {
    const { done, kept } = this.#pass;
    this.#before = { done: this.#before.done + done, kept: this.#before.kept + kept };
    this.#pass = { done: 0, kept: 0 };
    this.#name = name;
  }

  /** Takes in how far the pass is. */
  answered({ done, kept }: { readonly done: number; readonly kept: number; total: number }): void {
    this.#pass = { done, kept };
    this.beat();
  }

  /** Takes in that a request is asked again, and why. */
  retried(why: string): void {
    this.#retries++;
    this.#why = why;
    this.beat();
  }

  /** Shows the state if it is time to: called also by a timer, since a long silence looks like a hang. */
  beat(): void {
    const { live, now } = this.#options;
    if (now() - this.#last < (live ? EVERY.live : EVERY.plain)) return;
    this.#last = now();
    this.#show();
  }

  /** Removes the live line, and says what it took. */
  close(): void {
    if (this.#drawn) this.#options.write("\r\x1b[K");
    const { done, kept } = this.#counts();
    const seconds = (this.#options.now() - this.#since) / 1000;
    const asked = `${done - kept} completions in ${duration(seconds)}`;
    const rest = [
      ...kept > 0 ? [`${kept} kept from before`] : [],
      ...this.#retries > 0 ? [`${this.#retries} asked again, last: ${this.#why}`] : [],
    ];
    this.#options.write(`${[asked, ...rest].join("; ")}\n`);
  }

  #counts(): { done: number; kept: number } {
    const { done, kept } = this.#before;
    return { done: done + this.#pass.done, kept: kept + this.#pass.kept };
  }

  #show(): void {
    const { total, live, now, write } = this.#options;
    const { done, kept } = this.#counts();
    const seconds = (now() - this.#since) / 1000;
    const made = done - kept;
    const left = made > 0 ? `, ${roughly(seconds * (total - done) / made)} left` : "";
    const line = [
      `  ${done} of ${total}${kept > 0 ? ` (${kept} kept)` : ""}`,
      `${duration(seconds)}${left}`,
      this.#name,
      ...this.#retries > 0 ? [`${this.#retries} asked again: ${this.#why}`] : [],
    ].join("  ");
    if (!live) return write(`${line}\n`);
    this.#drawn = true;
    write(`\r\x1b[K${line.slice(0, WIDTH)}`);
  }
}
