/** @file Reverse curriculum: how much of the expert's solution a prompt gives away, and when it gives less. */
import type { Rng } from "../random/rng.ts";

/** How a {@link ReverseCurriculum} moves. */
export interface ReverseCurriculumOptions {
  /** Start positions, at least 1: from the first, `1/stages` of a solution is left to write, from the last all of it. */
  readonly stages: number;
  /** Mean reward at the present start position from which on the next one is taken. */
  readonly success: number;
  /** Share of prompts (0 to 1) that start from any position so far, each alike often, instead of the present one. */
  readonly mix: number;
}

/** How far a curriculum has come; its random draws follow from it. Survives JSON. */
export interface CurriculumState {
  /** The present start position, from 1. */
  readonly stage: number;
  /** Prompts whose start was drawn. */
  readonly drawn: number;
}

/**
 * How many of a solution's last steps are left to write at a start position: at least one, at the last position all.
 *
 * @param stage From 1 to `stages`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([1, 2, 3, 4].map((stage) => stepsLeft(8, stage, 4)), [2, 4, 6, 8]);
 * assertEquals([1, 2, 3, 4].map((stage) => stepsLeft(2, stage, 4)), [1, 1, 2, 2]);
 * ```
 */
export function stepsLeft(steps: number, stage: number, stages: number): number {
  return Math.max(1, Math.ceil(steps * stage / stages));
}

/**
 * The start position of a reverse curriculum: all problems begin near the end of their solution, and move back by one position when the
 * rollouts from the present one earn enough (Xi et al., arXiv 2402.05808, section 3: start states slide from a demonstration's end to its
 * beginning, and those of all positions are mixed so that earlier ones are not forgotten; there on a fixed schedule. Moving on by success:
 * Salimans and Chen, arXiv 1812.03381, section 3). It never moves towards the end again.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Rng } from "../random/rng.ts";
 *
 * const curriculum = new ReverseCurriculum({ stages: 3, success: 0.5, mix: 0 }, new Rng(1));
 * assertEquals([curriculum.draw(), curriculum.draw()], [1, 1]);
 * curriculum.observe([{ stage: 1, rewards: [1, 0, 1, 1] }]);
 * assertEquals(curriculum.draw(), 2);
 * assertEquals(curriculum.state, { stage: 2, drawn: 3 });
 * ```
 */
export class ReverseCurriculum {
  readonly #options: ReverseCurriculumOptions;
  readonly #rng: Rng;
  #stage = 1;
  #drawn = 0;

  /** At the first position. Draw `n` uses the stream that `rng` and `n` name. */
  constructor(options: ReverseCurriculumOptions, rng: Rng) {
    this.#options = options;
    this.#rng = rng;
  }

  /** How many start positions there are. */
  get stages(): number {
    return this.#options.stages;
  }

  /** How far it has come. */
  get state(): CurriculumState {
    return { stage: this.#stage, drawn: this.#drawn };
  }

  /** Goes to where a curriculum with the same options and stream was. */
  moveTo({ stage, drawn }: CurriculumState): void {
    this.#stage = stage;
    this.#drawn = drawn;
  }

  /** The start position of the next prompt. */
  draw(): number {
    const rng = this.#rng.fork("start", this.#drawn++);
    return rng.chance(this.#options.mix) ? 1 + rng.integer(this.#stage) : this.#stage;
  }

  /**
   * Takes note of one batch, groups without spread included: moves on by one position where the mean reward of those that started from
   * the present one is high enough. A batch without any says nothing.
   */
  observe(
    groups: readonly { readonly stage: number; readonly rewards: readonly number[] }[],
  ): void {
    const rewards = groups.flatMap(({ stage, rewards }) => stage === this.#stage ? rewards : []);
    if (rewards.length === 0 || this.#stage >= this.#options.stages) return;
    const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
    if (mean >= this.#options.success) this.#stage++;
  }
}
