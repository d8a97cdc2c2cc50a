/** @file The policy that a KL penalty holds on to: a frozen copy of the one that a stage starts from. */
import { HostTensor } from "../../engine/ort/ort.ts";
import { DeviceWeights } from "../../policy/device/weights.ts";
import type { PackedBatch } from "../../policy/packing.ts";
import type { Policy } from "../../policy/policy.ts";
import { Scorer, type ScorerOptions } from "../../policy/scorer.ts";

/** Scores completions with the weights that the policy had when this was made. */
export class ReferencePolicy implements Disposable {
  readonly #held = new DisposableStack();
  readonly #scorer: Scorer;

  /** Copies the policy's weights, to the device where they are held on one. */
  constructor({ config, weights }: Policy, options: ScorerOptions) {
    const { resident } = options;
    if (resident) {
      const { device, precision } = resident;
      const frozen = this.#held.use(new DeviceWeights(device, weights, precision));
      this.#scorer = this.#held.use(new Scorer(config, weights, { ...options, resident: frozen }));
      return;
    }
    const copy = new Map(
      [...weights].map(([name, { shape, data }]) =>
        [name, this.#held.use(new HostTensor("float32", shape, data.slice()))] as const
      ),
    );
    this.#scorer = this.#held.use(new Scorer(config, copy, options));
  }

  /** Log-probability of each entry of the batch. */
  score(batch: PackedBatch<unknown>): Promise<Float32Array> {
    return this.#scorer.score(batch);
  }

  /** Releases the copy. */
  [Symbol.dispose](): void {
    this.#held[Symbol.dispose]();
  }
}
