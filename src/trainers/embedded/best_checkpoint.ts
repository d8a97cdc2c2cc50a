/** @file The weights that did best on validation. */
import type { Policy } from "../../policy/policy.ts";
import type { RawTensor } from "../../policy/safetensors.ts";
import { tensorsOf, withPrefix } from "./tensors.ts";

/** What was best so far, without its weights. */
export interface BestState {
  /** As {@link BestCheckpoint.score}. */
  readonly score: readonly number[];
  /** As {@link BestCheckpoint.step}. */
  readonly step: number;
}

/** Keeps the weights with the best score so far; of equal scores the later. */
export class BestCheckpoint {
  readonly #policy: Policy;
  #weights: ReturnType<Policy["copyWeights"]> | null = null;
  #score: readonly number[] = [];
  #step = 0;

  /** Weights are taken from, and at the end put back into, this policy. */
  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** Score of the weights kept. */
  get score(): readonly number[] {
    return this.#score;
  }

  /** Updates after which the weights kept were seen. */
  get step(): number {
    return this.#step;
  }

  /** Shows it the policy's weights as they are now. Scores are compared by their first number, then the next; higher is better. */
  offer(step: number, score: readonly number[]): void {
    if (this.#weights && compare(score, this.#score) < 0) return;
    this.#weights = this.#policy.copyWeights();
    this.#score = score;
    this.#step = step;
  }

  /** What a stage that goes on needs to know beside {@link tensors}. */
  get state(): BestState {
    return { score: this.#score, step: this.#step };
  }

  /** The weights kept, under `best/`; none where nothing was offered. */
  get tensors(): ReadonlyMap<string, RawTensor> {
    return tensorsOf("best/", this.#weights ?? new Map());
  }

  /** Goes on where another was. */
  resume(
    { score, step }: BestState,
    tensors: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
  ): void {
    const weights = withPrefix("best/", tensors);
    this.#weights = weights.size > 0 ? weights : null;
    this.#score = score;
    this.#step = step;
  }

  /** Puts the weights kept back into the policy. */
  restore(): void {
    if (this.#weights) this.#policy.setWeights(this.#weights);
  }
}

/**
 * Below 0 where `a` is worse than `b`.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(compare([0.5, -2], [0.5, -3]) > 0);
 * ```
 */
export function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
