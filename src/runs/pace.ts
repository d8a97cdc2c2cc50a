/** @file How long the rest of a run takes, as its events show. */
import type { PlannedStage } from "../experiment/plan.ts";
import { makespan, secondsLeft, TELLING } from "./estimate.ts";
import type { RunEvent } from "./events.ts";

/** What the time left is counted from. */
export interface PaceOptions {
  /** Every stage of the run, each after its parent. */
  readonly stages: readonly PlannedStage[];
  /** Expected seconds by stage; none of those that are finished. */
  readonly seconds: ReadonlyMap<string, number>;
  /** Most stages at once. */
  readonly jobs: number;
  /** Milliseconds that only go forward. */
  now(): number;
}

/** A running stage. */
interface Running {
  readonly since: number;
  /** Updates that an earlier process made, in none of the time since. */
  readonly from: number;
  done: number;
  total: number;
}

/**
 * Follows a run's events, and says how long what is left takes: a running stage from its own speed, those to come from what was
 * expected of them, times what the finished and the running ones took of what was expected of theirs.
 */
export class Pace {
  readonly #options: PaceOptions;
  readonly #left: Set<string>;
  readonly #running = new Map<string, Running>();
  /** Expected and real seconds of the stages that this run made. */
  #expected = 0;
  #real = 0;

  /** Starts with every stage to do that has expected seconds. */
  constructor(options: PaceOptions) {
    this.#options = options;
    this.#left = new Set(options.seconds.keys());
  }

  /** Takes an event in. */
  event(event: RunEvent): void {
    const { id } = event.stage;
    switch (event.type) {
      case "started": {
        const since = this.#options.now();
        this.#running.set(id, { since, from: event.step, done: 0, total: 0 });
        return;
      }
      case "said": {
        const running = this.#running.get(id);
        if (event.event.type !== "progress" || running === undefined) return;
        running.done = event.event.done;
        running.total = event.event.total;
        return;
      }
      case "waiting":
        return;
      case "finished":
        this.#expected += this.#options.seconds.get(id) ?? 0;
        this.#real += event.seconds;
    }
    this.#running.delete(id);
    this.#left.delete(id);
  }

  /** Seconds that each stage still takes, by id; none of those that are over. */
  seconds(): ReadonlyMap<string, number> {
    const now = this.#options.now();
    const states = [...this.#left].map((id) => {
      const whole = this.#options.seconds.get(id) ?? 0;
      const running = this.#running.get(id);
      if (running === undefined) return { id, expected: whole, elapsed: 0, fraction: 0 };
      const { since, from, done, total } = running;
      return {
        id,
        expected: total > 0 ? whole * (1 - from / total) : whole,
        elapsed: (now - since) / 1000,
        fraction: total > from ? (done - from) / (total - from) : 0,
      };
    });
    let [expected, real] = [this.#expected, this.#real];
    for (const state of states) {
      if (state.fraction <= TELLING) continue;
      expected += state.fraction * state.expected;
      real += state.elapsed;
    }
    const speed = expected > 0 ? real / expected : 1;
    return new Map(
      states.map((state) => [
        state.id,
        secondsLeft({ ...state, expected: state.expected * speed }),
      ]),
    );
  }

  /** Seconds until the last stage is over. */
  total(left: ReadonlyMap<string, number> = this.seconds()): number {
    return makespan(this.#options.stages, left, this.#options.jobs);
  }
}
