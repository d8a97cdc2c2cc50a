/** @file Attention over a key-value cache, for decoding. */
import type { Tensor } from "../graph.ts";
import { sameShape } from "../shape.ts";
import { graphError, requireFloats, requireRank } from "./check.ts";
import type { RopeTables } from "./rope.ts";

/** What {@link cachedAttention} returns. */
export interface CachedAttention {
  /** Attention output `[batch, time, heads · headDim]`. */
  readonly output: Tensor;
  /** The key cache with the new keys in their places. */
  readonly keys: Tensor;
  /** The value cache with the new values in their places. */
  readonly values: Tensor;
}

/**
 * Rotates queries and keys, writes keys and values behind what each row's cache holds, and attends to all of it. Rows
 * may hold different numbers of tokens. Binding `keys` and `values` to the tensors of the caches updates those in place.
 *
 * `qkv [batch, time, (heads + 2 · kvHeads) · headDim]` holds queries, keys and values side by side; caches
 * `[batch, kvHeads, capacity, headDim]`; output `[batch, time, heads · headDim]`; `last [batch]` (int32: a row's number of tokens after this call, less one),
 * `longest [1]` (int32: the largest number of tokens after this call). `time` is 1, or the prompts' padded length on
 * the first call. `headDim` is a multiple of 16. Lengths beyond the capacity are an error when the graph runs. No
 * gradient flows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 * import { ropeTables } from "./rope.ts";
 *
 * const graph = new Graph();
 * const input = (name: string, ...shape: (number | string)[]) =>
 *   graph.input(name, "float32", shape);
 * const next = cachedAttention(
 *   input("qkv", "B", "S", 128), // 4 heads of queries, 2 of keys, 2 of values
 *   { keys: input("keys", "B", 2, "C", 16), values: input("values", "B", 2, "C", 16) },
 *   graph.input("last", "int32", ["B"]),
 *   graph.input("longest", "int32", [1]),
 *   ropeTables(graph, 64, 16, 10_000),
 * );
 * assertEquals(next.output.shape, ["B", "S", 64]);
 * assertEquals(next.keys.shape, ["B", 2, "C", 16]);
 * ```
 */
export function cachedAttention(
  qkv: Tensor,
  cache: { readonly keys: Tensor; readonly values: Tensor },
  last: Tensor,
  longest: Tensor,
  tables: RopeTables,
): CachedAttention {
  requireFloats("CachedAttention", qkv, cache.keys, cache.values, tables.cos, tables.sin);
  requireRank("CachedAttention", qkv, 3);
  requireRank("CachedAttention", cache.keys, 4);
  const { cos, sin } = tables;
  const [batch, kvHeads, , headDim] = cache.keys.shape;
  const [rows, time, width] = qkv.shape;
  const heads = Number(width) / Number(headDim) - 2 * Number(kvHeads);
  if (
    typeof kvHeads !== "number" || typeof headDim !== "number" || rows !== batch ||
    !(heads >= 1) || heads % kvHeads !== 0 || !sameShape(cache.values.shape, cache.keys.shape)
  ) {
    throw graphError("CachedAttention", "shapes do not match", [qkv, cache.keys, cache.values]);
  }
  if (headDim % 16 !== 0) {
    // The kernel's own condition, which it would only state when it runs.
    throw graphError("CachedAttention", `expected heads of a multiple of 16, found ${headDim}`, [
      qkv,
      cache.keys,
    ]);
  }
  if (cos.shape.length !== 2 || cos.shape[1] !== headDim / 2 || !sameShape(cos.shape, sin.shape)) {
    throw graphError("CachedAttention", `expected tables of ${headDim / 2} angles`, [cos, sin]);
  }
  if (
    last.dtype !== "int32" || longest.dtype !== "int32" ||
    !sameShape(last.shape, [batch!]) || !sameShape(longest.shape, [1])
  ) {
    throw graphError("CachedAttention", "expected lengths in int32, of a row each and of all", [
      last,
      longest,
    ]);
  }
  const { dtype } = qkv;
  const [output, keys, values] = qkv.graph.node({
    op: "GroupQueryAttention",
    domain: "com.microsoft",
    inputs: [qkv, null, null, cache.keys, cache.values, last, longest, cos, sin],
    outputs: [
      { dtype, shape: [batch!, time!, heads * headDim] },
      { dtype, shape: cache.keys.shape },
      { dtype, shape: cache.values.shape },
    ],
    attributes: {
      num_heads: { int: heads },
      kv_num_heads: { int: kvHeads },
      do_rotary: { int: 1 },
      rotary_interleaved: { int: 0 },
    },
  });
  return { output: output!, keys: keys!, values: values! };
}
