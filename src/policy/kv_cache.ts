/** @file Keys and values of the tokens seen so far, a row for each sequence. */
import { allocate } from "../engine/dtype.ts";
import { HostTensor } from "../engine/ort/ort.ts";

/** What the size of a cached token depends on; a policy's config has it. */
export interface CacheShape {
  /** Layers. */
  readonly layers: number;
  /** Heads of keys and of values. */
  readonly kvHeads: number;
  /** Width of a head. */
  readonly headDim: number;
}

/** Names of the caches of all layers. */
export function cacheNames({ layers }: Pick<CacheShape, "layers">): string[] {
  return Array.from({ length: layers }, (_, i) => [`keys/${i}`, `values/${i}`]).flat();
}

/**
 * Caches of all layers. Rows are contiguous, so that the first rows alone are a batch of their own.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "./config_json.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const cache = new KvCache(config, 4, 32);
 * const first = cache.view(0, 2);
 * assertEquals(first["keys/0"]!.shape, [2, 1, 32, 16]);
 * first["keys/0"]!.data[0] = 7;
 * cache.copyRow(0, 1, 1);
 * assertEquals(first["keys/0"]!.data[32 * 16], 7);
 * ```
 */
export class KvCache {
  /** Rows that fit. */
  readonly rows: number;
  /** Tokens a row. */
  readonly capacity: number;
  readonly #config: CacheShape;
  readonly #buffers: ReadonlyMap<string, Float32Array<ArrayBuffer>>;

  /** Allocates `rows · capacity · 2 · layers · kvHeads · headDim` numbers. */
  constructor(config: CacheShape, rows: number, capacity: number) {
    this.rows = rows;
    this.capacity = capacity;
    this.#config = config;
    const size = rows * capacity * config.kvHeads * config.headDim;
    this.#buffers = new Map(cacheNames(config).map((name) => [name, allocate("float32", size)]));
  }

  /** The caches of rows `from` to `to` (exclusive) as tensors `[to − from, kvHeads, capacity, headDim]`, by name. */
  view(from: number, to: number): Record<string, HostTensor<"float32">> {
    const { kvHeads, headDim } = this.#config;
    const width = kvHeads * this.capacity * headDim;
    const shape = [to - from, kvHeads, this.capacity, headDim];
    return Object.fromEntries(
      [...this.#buffers].map(([name, buffer]) => [
        name,
        new HostTensor("float32", shape, buffer.subarray(from * width, to * width)),
      ]),
    );
  }

  /** Copies the first `tokens` tokens of one row to another. */
  copyRow(from: number, to: number, tokens: number): void {
    if (from === to) return;
    const { kvHeads, headDim } = this.#config;
    const head = this.capacity * headDim;
    for (const buffer of this.#buffers.values()) {
      for (let h = 0; h < kvHeads; h++) {
        const source = (from * kvHeads + h) * head;
        buffer.copyWithin((to * kvHeads + h) * head, source, source + tokens * headDim);
      }
    }
  }
}
