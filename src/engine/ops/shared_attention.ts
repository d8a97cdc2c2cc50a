/** @file Attention while decoding several continuations of each prompt, which read one copy of the prompt's keys and values. */
import type { Tensor } from "../graph.ts";
import { type Dim, sameShape } from "../shape.ts";
import { add, scale } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { graphError, requireFloats, requireRank } from "./check.ts";
import { split, transpose, viewAs } from "./layout.ts";
import { matmul } from "./matmul.ts";
import { rope, type RopeTables } from "./rope.ts";
import { softmax } from "./softmax.ts";

/** Keys and values. */
export interface KeysAndValues {
  /** Keys, rotated. */
  readonly keys: Tensor;
  /** Values. */
  readonly values: Tensor;
}

/** Where new tokens stand, and what they see. `R` prompts, `G` continuations of each. */
export interface SharedPlaces {
  /** Position of each new token, `[R, G]`. */
  readonly positions: Tensor;
  /** Where its key and value go: `(prompt, head, continuation, token)` for each, int64 `[R, kvHeads, G, 4]`. */
  readonly index: Tensor;
  /** Added to the scores of the prompts' tokens: 0, or a large negative number behind a prompt's end; `[R, 1, 1, P]`. */
  readonly promptBias: Tensor;
  /** The same for the continuations' own tokens, `[T]`. */
  readonly ownBias: Tensor;
  /** `(P, T)`, int64 `[2]`. */
  readonly widths: Tensor;
  /** `(R, kvHeads, G · heads / kvHeads, T)`, int64 `[4]`: scores of own tokens as they stand beside those of the prompt. */
  readonly besidePrompt: Tensor;
  /** `(R, kvHeads, G, heads / kvHeads, T)`, int64 `[5]`: the same by continuation. */
  readonly byContinuation: Tensor;
}

/** What {@link sharedAttention} returns. */
export interface SharedAttention extends KeysAndValues {
  /** The mixed values, `[R, G, heads · headDim]`. */
  readonly output: Tensor;
}

/**
 * Attention of one new token for each of `G` continuations of each of `R` prompts. The continuations' queries are the rows of one
 * product with their prompt's keys, so that a prompt is read once a step and not once a continuation (Juravsky et al.,
 * "Hydragen", arXiv 2402.05099); one softmax runs over the prompt's and the own tokens' scores.
 *
 * `qkv [R, G, (heads + 2 · kvHeads) · headDim]`, projections side by side, before rotation; `prompt [R, kvHeads, P, headDim]`;
 * `own [R, kvHeads, G, T, headDim]`, which takes the new keys and values, in place where it is bound so. No gradient flows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 * import { ropeTables } from "./rope.ts";
 *
 * const graph = new Graph();
 * const float = (name: string, ...shape: (number | string)[]) => graph.input(name, "float32", shape);
 * const next = sharedAttention(
 *   float("qkv", "R", "G", 128), // 4 heads of queries, 2 of keys, 2 of values
 *   { keys: float("pk", "R", 2, "P", 16), values: float("pv", "R", 2, "P", 16) },
 *   { keys: float("ok", "R", 2, "G", "T", 16), values: float("ov", "R", 2, "G", "T", 16) },
 *   {
 *     positions: graph.input("positions", "int32", ["R", "G"]),
 *     index: graph.input("index", "int64", ["R", 2, "G", 4]),
 *     promptBias: float("promptBias", "R", 1, 1, "P"),
 *     ownBias: float("ownBias", "T"),
 *     widths: graph.input("widths", "int64", [2]),
 *     besidePrompt: graph.input("besidePrompt", "int64", [4]),
 *     byContinuation: graph.input("byContinuation", "int64", [5]),
 *   },
 *   ropeTables(graph, 64, 16, 10_000),
 * );
 * assertEquals(next.output.shape, ["R", "G", 64]);
 * assertEquals(next.keys.shape, ["R", 2, "G", "T", 16]);
 * ```
 */
export function sharedAttention(
  qkv: Tensor,
  prompt: KeysAndValues,
  own: KeysAndValues,
  places: SharedPlaces,
  tables: RopeTables,
): SharedAttention {
  requireFloats("SharedAttention", qkv, prompt.keys, prompt.values, own.keys, own.values);
  requireRank("SharedAttention", qkv, 3);
  requireRank("SharedAttention", prompt.keys, 4);
  requireRank("SharedAttention", own.keys, 5);
  const [rows, count, width] = qkv.shape;
  const [promptRows, kvHeads, , headDim] = prompt.keys.shape;
  const heads = Number(width) / Number(headDim) - 2 * Number(kvHeads);
  const [ownRows, ownHeads, ownCount, , ownDim] = own.keys.shape;
  if (
    typeof kvHeads !== "number" || typeof headDim !== "number" || !(heads >= 1) ||
    heads % kvHeads !== 0 || !sameShape(prompt.values.shape, prompt.keys.shape) ||
    !sameShape(own.values.shape, own.keys.shape) ||
    !sameShape([promptRows!, ownRows!], [rows!, rows!]) ||
    !sameShape([ownHeads!, ownCount!, ownDim!], [kvHeads, count!, headDim])
  ) {
    throw graphError("SharedAttention", "shapes do not match", [
      qkv,
      ...Object.values(prompt),
      ...Object.values(own),
    ]);
  }
  const { graph, dtype } = qkv;
  const group = heads / kvHeads;
  const [q, k, v] = split(qkv, -1, [heads, kvHeads, kvHeads].map((n) => n * headDim)) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  /** `[R, G, kvHeads · n · headDim]` → `[R, kvHeads, G, n, headDim]`. */
  const byHead = (x: Tensor, n: number) =>
    transpose(
      viewAs(x, [0, 0, kvHeads, n, headDim], [rows!, count!, kvHeads, n, headDim]),
      [0, 2, 1, 3, 4],
    );
  const flat = (x: Tensor) => viewAs(x, [0, 0, 0, -1], [rows!, kvHeads, count!, headDim]);
  const append = (cache: Tensor, x: Tensor) =>
    graph.node({
      op: "ScatterND",
      inputs: [cache, places.index, flat(byHead(x, 1))],
      outputs: [{ dtype, shape: cache.shape }],
    })[0]!;
  const keys = append(own.keys, rope(k, places.positions, tables));
  const values = append(own.values, v);

  // Scaled here and not by the products: only a plain one has a fast kernel for a single row.
  const queries = scale(
    byHead(rope(q, places.positions, tables), group),
    1 / Math.sqrt(headDim),
  );
  const merged: Dim = group === 1 ? count! : `${count}·${group}`;
  const inOne = viewAs(queries, [0, 0, -1, headDim], [rows!, kvHeads, merged, headDim]);
  // The softmax is of the biases' type: of float32 also where the rest is of float16.
  const type = places.ownBias.dtype;
  const ofPrompt = add(
    cast(matmul(inOne, prompt.keys, { transposeB: true }), type),
    places.promptBias,
  );
  const ofOwn = add(cast(matmul(queries, keys, { transposeB: true }), type), places.ownBias);
  const [past, length] = [prompt.keys.shape[2]!, own.keys.shape[3]!];
  const ownShape = [rows!, kvHeads, merged, length];
  const both = graph.node({
    op: "Concat",
    inputs: [ofPrompt, viewAs(ofOwn, places.besidePrompt, ownShape)],
    outputs: [{ dtype: type, shape: [rows!, kvHeads, merged, `${past}+${length}`] }],
    attributes: { axis: { int: -1 } },
  })[0]!;
  const [atPrompt, atOwn] = graph.node({
    op: "Split",
    inputs: [cast(softmax(both), dtype), places.widths],
    outputs: [{ dtype, shape: [rows!, kvHeads, merged, past] }, { dtype, shape: ownShape }],
    attributes: { axis: { int: -1 } },
  });
  const grouped = [rows!, kvHeads, count!, group, length];
  const mixed = add(
    matmul(atPrompt!, prompt.values),
    viewAs(
      matmul(viewAs(atOwn!, places.byContinuation, grouped), values),
      [0, 0, -1, headDim],
      [rows!, kvHeads, merged, headDim],
    ),
  );
  const wide = group * headDim;
  const byRow = transpose(
    viewAs(mixed, [0, 0, -1, wide], [rows!, kvHeads, count!, wide]),
    [0, 2, 1, 3],
  );
  return { output: viewAs(byRow, [0, 0, -1], [rows!, count!, heads * headDim]), keys, values };
}
