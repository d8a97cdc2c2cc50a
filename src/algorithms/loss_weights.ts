/** @file What a loss is averaged over: the weight of each token. */
import type { PackedBatch } from "../policy/packing.ts";
import type { PolicyLoss } from "./policy_loss.ts";
import { segmentLengths, segmentsOf } from "./segments.ts";

/** What an average is taken over besides the entries themselves. */
export interface LossCounts {
  /** Completions of the batch. Those without entries (cut off, and masked for it) count as completions without loss. */
  readonly completions: number;
  /** Most tokens of a completion: the constant of `dr_grpo`. */
  readonly maxTokens: number;
}

/**
 * A weight for each entry of each micro-batch, so that the weighted sum over all of them is the loss of one update:
 *
 * - `grpo` and `gspo`: 1 / (completions · tokens of the completion);
 * - `dr_grpo`: 1 / (completions · maxTokens);
 * - `dapo` and `cispo`: 1 / tokens of the batch;
 * - `bnpo`: 1 / (micro-batches · tokens of the micro-batch), the one that depends on how a batch is divided.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pack } from "../policy/packing.ts";
 *
 * const completions = [{ tokens: [1], tag: "a" }, { tokens: [1, 2, 3], tag: "b" }];
 * const batches = pack([{ prompt: [5, 6], completions }], { maxTokens: 32 });
 * const weights = (loss: "grpo" | "dr_grpo" | "dapo") => [...lossWeights(loss, batches, { completions: 2, maxTokens: 4 })[0]!];
 * assertEquals(weights("grpo").map((w) => Math.round(1 / w)), [2, 6, 6, 6]);
 * assertEquals(weights("dr_grpo"), [0.125, 0.125, 0.125, 0.125]);
 * assertEquals(weights("dapo"), [0.25, 0.25, 0.25, 0.25]);
 * ```
 */
export function lossWeights(
  loss: PolicyLoss,
  batches: readonly PackedBatch<unknown>[],
  { completions, maxTokens }: LossCounts,
): Float32Array[] {
  const tokens = batches.reduce((n, { labels }) => n + labels.length, 0);
  return batches.map(({ entries }) => {
    const same = (divisor: number) => new Float32Array(entries.length).fill(1 / divisor);
    switch (loss) {
      case "grpo":
      case "gspo":
        return Float32Array.from(
          segmentLengths(segmentsOf(entries)),
          (length) => 1 / (completions * length),
        );
      case "dr_grpo":
        return same(completions * maxTokens);
      case "bnpo":
        return same(batches.length * entries.length);
      case "dapo":
      case "cispo":
        return same(tokens);
    }
  });
}
