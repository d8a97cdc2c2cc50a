/** @file The policy that a KL penalty holds on to: a frozen copy of the one that a stage starts from. */
import { HostTensor } from "../../engine/ort/ort.ts";
import type { PackedBatch } from "../../policy/packing.ts";
import type { Policy } from "../../policy/policy.ts";
import { Scorer, type ScorerOptions } from "../../policy/scorer.ts";
import type { Weights } from "../../policy/weights.ts";

/** Scores completions with the weights that the policy had when this was made. */
export class ReferencePolicy implements Disposable {
  readonly #weights: Weights;
  readonly #scorer: Scorer;

  /** Copies the policy's weights. */
  constructor(policy: Policy, options: ScorerOptions) {
    this.#weights = new Map(
      [...policy.weights].map(([name, { shape, data }]) => [
        name,
        new HostTensor("float32", shape, data.slice()),
      ]),
    );
    this.#scorer = new Scorer(policy.config, this.#weights, options);
  }

  /** Log-probability of each entry of the batch. */
  score(batch: PackedBatch<unknown>): Promise<Float32Array> {
    return this.#scorer.score(batch);
  }

  /** Releases the copy. */
  [Symbol.dispose](): void {
    this.#scorer[Symbol.dispose]();
    for (const tensor of this.#weights.values()) tensor[Symbol.dispose]();
  }
}
