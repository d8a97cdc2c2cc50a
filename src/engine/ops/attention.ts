/** @file Scaled dot-product attention for training, where every query is known at once. */
import type { Tensor } from "../graph.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { graphError, requireFloats, requireRank } from "./check.ts";
import { reshape } from "./layout.ts";
import { matmul } from "./matmul.ts";
import { sum } from "./reduce.ts";

/**
 * `softmax(q kᵀ / sqrt(headDim) + bias) v`, with groups of query heads that share a key and value head
 * (Ainslie et al., arXiv 2305.13245).
 *
 * `q [batch, heads, time, headDim]`, `k` and `v [batch, kvHeads, time, headDim]`, `bias [batch, 1, time, time]`
 * (0 where a token may look, a large negative number where it may not) → the shape of `q`. No gradient flows into
 * `bias`.
 *
 * In float16 the products are of that type, and the softmax, its bias and its gradient are float32.
 *
 * The rule for the way back takes the row sums of `dP ∘ P` as those of `dO ∘ O` (Dao et al., arXiv 2205.14135,
 * appendix B.2), which are `headDim` wide instead of `time`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const q = graph.input("q", "float32", [2, 4, 6, 16]);
 * const k = graph.input("k", "float32", [2, 2, 6, 16]);
 * const v = graph.input("v", "float32", [2, 2, 6, 16]);
 * const bias = graph.input("bias", "float32", [2, 1, 6, 6]);
 * assertEquals(attention(q, k, v, bias).shape, [2, 4, 6, 16]);
 * ```
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, bias: Tensor): Tensor {
  requireFloats("Attention", q, k, v);
  const { dtype: type } = bias;
  if (type !== (q.dtype === "float16" ? "float32" : q.dtype)) {
    throw graphError("Attention", `a bias of type ${type} for ${q.dtype}`, [q, bias]);
  }
  for (const t of [q, k, v, bias]) requireRank("Attention", t, 4);
  const { graph, dtype, shape } = q;
  const [batch, heads, time, headDim] = shape.map(Number) as [number, number, number, number];
  const kvHeads = Number(k.shape[1]);
  if (
    shape.some((dim) => typeof dim !== "number") || heads % kvHeads !== 0 ||
    `${k.shape}` !== `${[batch, kvHeads, time, headDim]}` || `${v.shape}` !== `${k.shape}` ||
    `${bias.shape}` !== `${[batch, 1, time, time]}`
  ) {
    throw graphError("Attention", "shapes do not match, or are not fixed", [q, k, v, bias]);
  }
  // Query heads that share a key head are more rows of one product, so nothing is repeated.
  const rows = heads / kvHeads * time;
  const grouped = (t: Tensor) => reshape(t, [batch, kvHeads, rows, t.shape[3]!]);
  const byHead = (t: Tensor) => reshape(t, [batch, heads, time, t.shape[3]!]);
  const factor = 1 / Math.sqrt(headDim);

  const scores = cast(byHead(matmul(grouped(q), k, { transposeB: true, scale: factor })), type);
  const [p] = graph.node({
    op: "Softmax",
    inputs: [add(scores, bias)],
    outputs: [{ dtype: type, shape: [batch, heads, time, time] }],
    attributes: { axis: { int: -1 } },
  });
  const mixing = grouped(cast(p!, dtype));
  const product = matmul(mixing, v);
  return graph.node({
    op: "Reshape",
    inputs: [product, graph.integers([batch, heads, time, headDim])],
    outputs: [{ dtype, shape }],
    wrt: [q, k, v],
    gradient: ([g]) => {
      const dOut = grouped(g!);
      const dP = cast(byHead(matmul(dOut, v, { transposeB: true })), type);
      const both = mul(cast(dOut, type), cast(product, type));
      const rowSums = reshape(sum(both, [-1]), [batch, heads, time, 1]);
      const dScores = grouped(cast(mul(p!, sub(dP, rowSums)), dtype));
      return [
        byHead(matmul(dScores, k, { scale: factor })),
        matmul(dScores, grouped(q), { transposeA: true, scale: factor }),
        matmul(mixing, dOut, { transposeA: true }),
      ];
    },
  })[0]!;
}
