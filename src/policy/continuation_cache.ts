/** @file Keys and values of the continuations of prompts, a prompt's side by side. */
import { HostTensor } from "../engine/ort/ort.ts";
import { cacheNames, type CacheShape } from "./kv_cache.ts";

/**
 * For every layer, the keys and values of up to `count` continuations of each of `prompts` prompts, `[prompts, kvHeads, count,
 * capacity, headDim]`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const shape = { layers: 1, kvHeads: 2, headDim: 16 };
 * const cache = new ContinuationCache(shape, 3, 8, 32);
 * assertEquals(Object.keys(cache.tensors), ["keys/0", "values/0"]);
 * assertEquals(cache.tensors["keys/0"]!.shape, [3, 2, 8, 32, 16]);
 * cache[Symbol.dispose]();
 * ```
 */
export class ContinuationCache implements Disposable {
  /** Prompts. */
  readonly prompts: number;
  /** Most continuations of a prompt. */
  readonly count: number;
  /** Tokens that a continuation has room for. */
  readonly capacity: number;
  /** The caches by name: `keys/<layer>` and `values/<layer>`. */
  readonly tensors: Readonly<Record<string, HostTensor<"float32">>>;
  readonly #shape: CacheShape;

  /** Allocates zeros. */
  constructor(shape: CacheShape, prompts: number, count: number, capacity: number) {
    this.prompts = prompts;
    this.count = count;
    this.capacity = capacity;
    this.#shape = shape;
    const { kvHeads, headDim } = shape;
    const dims = [prompts, kvHeads, count, capacity, headDim];
    this.tensors = Object.fromEntries(
      cacheNames(shape).map((name) => [name, HostTensor.zeros("float32", dims)]),
    );
  }

  /** Takes over the first `tokens` tokens of a continuation in another cache; places are (prompt, continuation). */
  take(
    other: ContinuationCache,
    from: readonly [number, number],
    to: readonly [number, number],
    tokens: number,
  ): void {
    const { kvHeads, headDim } = this.#shape;
    const start = (cache: ContinuationCache, [prompt, at]: readonly [number, number], h: number) =>
      ((prompt * kvHeads + h) * cache.count + at) * cache.capacity * headDim;
    for (const [name, { data }] of Object.entries(this.tensors)) {
      const source = other.tensors[name]!.data;
      for (let h = 0; h < kvHeads; h++) {
        const first = start(other, from, h);
        data.set(source.subarray(first, first + tokens * headDim), start(this, to, h));
      }
    }
  }

  /** Releases the tensors. */
  [Symbol.dispose](): void {
    for (const tensor of Object.values(this.tensors)) tensor[Symbol.dispose]();
  }
}
