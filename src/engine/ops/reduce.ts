/** @file Sums and means over axes. */
import type { Tensor } from "../graph.ts";
import { sizeOf } from "../shape.ts";
import { scale } from "./arithmetic.ts";
import { graphError, requireAxis, requireFixed, requireFloats } from "./check.ts";
import { reshape } from "./layout.ts";

/**
 * Sum over `axes` (all of them by default), which are dropped; negative ones count from the back.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [2, 3, 4]);
 * assertEquals(sum(x, [0, -1]).shape, [3]);
 * assertEquals(sum(x).shape, []);
 * ```
 */
export function sum(x: Tensor, axes: readonly number[] = x.shape.map((_, i) => i)): Tensor {
  requireFloats("ReduceSum", x);
  const at = axes.map((axis) => requireAxis("ReduceSum", x, axis));
  if (new Set(at).size !== at.length) {
    throw graphError("ReduceSum", `an axis stands twice in [${axes.join(", ")}]`, [x]);
  }
  if (at.length === 0) return x;
  const kept = x.shape.map((dim, i) => at.includes(i) ? 1 : dim);
  return x.graph.node({
    op: "ReduceSum",
    inputs: [x, x.graph.integers(at)],
    outputs: [{ dtype: x.dtype, shape: x.shape.filter((_, i) => !at.includes(i)) }],
    attributes: { keepdims: { int: 0 } },
    gradient: ([g]) => [expand(reshape(g!, kept), x), null],
  })[0]!;
}

/**
 * Sum of the squares of all elements, by one kernel. No gradient flows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * assertEquals(sumOfSquares(graph.input("x", "float32", ["N"])).shape, []);
 * ```
 */
export function sumOfSquares(x: Tensor): Tensor {
  requireFloats("ReduceSumSquare", x);
  return x.graph.node({
    op: "ReduceSumSquare",
    inputs: [x],
    outputs: [{ dtype: x.dtype, shape: [] }],
    attributes: { keepdims: { int: 0 } },
  })[0]!;
}

/**
 * Mean over `axes` (all of them by default), which are dropped and whose sizes are fixed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", ["B", 4]);
 * assertEquals(mean(x, [-1]).shape, ["B"]);
 * ```
 */
export function mean(x: Tensor, axes: readonly number[] = x.shape.map((_, i) => i)): Tensor {
  const over = axes.map((axis) => x.shape[requireAxis("ReduceMean", x, axis)]!);
  return scale(sum(x, axes), 1 / sizeOf(requireFixed("ReduceMean", x, over)));
}

/** Repeats `x` along its dimensions of size 1 to the shape of `like`. */
function expand(x: Tensor, like: Tensor): Tensor {
  const axes = x.shape.flatMap((dim, i) => dim !== like.shape[i] ? [i] : []);
  return x.graph.node({
    op: "Expand",
    inputs: [x, x.graph.integers(requireFixed("Expand", like))],
    outputs: [{ dtype: x.dtype, shape: like.shape }],
    gradient: ([g]) => [reshape(sum(g!, axes), x.shape), null],
  })[0]!;
}
