/** @file A copy of a policy's weights that several threads read. */
import type { PolicyConfig } from "./config.ts";
import { parameterLayout, type RawTensor, type Weights } from "./weights.ts";

/** A {@link WeightSnapshot} as a message to another thread, which then reads the same memory. */
export interface SnapshotMessage {
  /** All numbers, weight after weight in the order of {@link parameterLayout}. */
  readonly memory: SharedArrayBuffer;
  /** Which numbers they are. */
  readonly version: number;
}

/**
 * Weights as they were when they were last taken. Its memory is shared with the threads that it was sent to: no weights
 * may be taken while one of them reads.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "./config_json.ts";
 * import { randomWeights } from "./weights.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const weights = randomWeights(config, 1, 0.02);
 * const snapshot = new WeightSnapshot(config);
 * snapshot.take(weights);
 * const { version } = snapshot;
 * snapshot.take(weights);
 * assertEquals(snapshot.version, version);
 * weights.get("norm")!.data[0] = 7;
 * assertEquals(snapshot.tensors().get("norm")!.data[0], 1);
 * snapshot.take(weights);
 * assertEquals(snapshot.version, version + 1);
 * ```
 */
export class WeightSnapshot {
  readonly #memory: SharedArrayBuffer;
  readonly #parts: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly data: Float32Array<SharedArrayBuffer>;
  }[];
  #version: number;

  /** A snapshot of no weights yet (version 0), or the one that a message tells of. */
  constructor(config: PolicyConfig, message?: SnapshotMessage) {
    const layout = parameterLayout(config).map(({ name, shape }) => ({
      name,
      shape,
      size: shape.reduce((a, b) => a * b, 1),
    }));
    this.#memory = message?.memory ??
      new SharedArrayBuffer(layout.reduce((sum, { size }) => sum + 4 * size, 0));
    this.#version = message?.version ?? 0;
    let at = 0;
    this.#parts = layout.map(({ name, shape, size }) => {
      const data = new Float32Array(this.#memory, at, size);
      at += 4 * size;
      return { name, shape, data };
    });
  }

  /** Grows when other weights are taken. */
  get version(): number {
    return this.#version;
  }

  /** What another thread makes the same snapshot of. */
  get message(): SnapshotMessage {
    return { memory: this.#memory, version: this.#version };
  }

  /** Copies the weights, unless the snapshot holds the same numbers already. */
  take(weights: Weights): void {
    if (this.#version > 0 && this.#equals(weights)) return;
    for (const { name, data } of this.#parts) data.set(weights.get(name)!.data);
    this.#version++;
  }

  /** A copy of each weight, by name. */
  tensors(): ReadonlyMap<string, RawTensor> {
    return new Map(
      this.#parts.map(({ name, shape, data }) => [name, { shape, data: new Float32Array(data) }]),
    );
  }

  #equals(weights: Weights): boolean {
    return this.#parts.every(({ name, data: old }) => {
      const { data } = weights.get(name)!;
      for (let i = 0; i < data.length; i++) if (data[i] !== old[i]) return false;
      return true;
    });
  }
}
