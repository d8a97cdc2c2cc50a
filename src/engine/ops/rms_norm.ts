/** @file Root-mean-square normalisation. */
import type { Tensor } from "../graph.ts";
import { sameShape } from "../shape.ts";
import { div, mul, scale, shift, sub } from "./arithmetic.ts";
import { graphError, requireFloats } from "./check.ts";
import { reshape } from "./layout.ts";
import { sqrt } from "./pointwise.ts";
import { mean, sum } from "./reduce.ts";

/**
 * `weight · x / sqrt(mean(x²) + epsilon)` over the last axis (Zhang and Sennrich, arXiv 1910.07467):
 * `x [..., width]`, `weight [width]`. One fused kernel forward, which also returns the reciprocal root for the way back.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", ["B", 8]);
 * const w = graph.input("w", "float32", [8]);
 * assertEquals(rmsNorm(x, w, 1e-6).shape, ["B", 8]);
 * ```
 */
export function rmsNorm(x: Tensor, weight: Tensor, epsilon: number): Tensor {
  requireFloats("RMSNorm", x, weight);
  const width = x.shape.at(-1);
  const leading = x.shape.slice(0, -1);
  if (typeof width !== "number" || !sameShape(weight.shape, [width])) {
    throw graphError("RMSNorm", "the weight does not match the last dimension", [x, weight]);
  }
  const { graph, dtype, shape } = x;
  const backward = (g: Tensor, inverse: Tensor): (Tensor | null)[] => {
    const unit = mul(x, inverse);
    const weighted = mul(g, weight);
    const along = scale(reshape(sum(mul(weighted, unit), [-1]), [...leading, 1]), 1 / width);
    return [
      x.differentiable ? mul(sub(weighted, mul(unit, along)), inverse) : null,
      weight.differentiable ? sum(mul(g, unit), leading.map((_, axis) => axis)) : null,
    ];
  };
  if (dtype === "float64") {
    // The fused kernel is for float32 alone; with plain operators the same rule can be checked in float64.
    const square = reshape(mean(mul(x, x), [-1]), [...leading, 1]);
    const inverse = div(graph.scalar(dtype, 1), sqrt(shift(square, epsilon)));
    return graph.node({
      op: "Mul",
      inputs: [mul(x, inverse), weight],
      outputs: [{ dtype, shape }],
      wrt: [x, weight],
      gradient: ([g]) => backward(g!, inverse),
    })[0]!;
  }
  const [y, inverse] = graph.node({
    op: "SimplifiedLayerNormalization",
    inputs: [x, weight],
    outputs: [{ dtype, shape }, { dtype, shape: [...leading, 1] }],
    attributes: { axis: { int: -1 }, epsilon: { float: epsilon }, stash_type: { int: 1 } },
    gradient: ([g]) => backward(g!, inverse!),
  });
  return y!;
}

/**
 * `x + delta`, and {@link rmsNorm} of it, by one kernel. Both operands have one shape, `[..., width]`. No gradient flows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const [x, delta] = ["x", "delta"].map((name) => graph.input(name, "float32", ["B", 8]));
 * const { sum, normed } = addRmsNorm(x!, delta!, graph.input("weight", "float32", [8]), 1e-6);
 * assertEquals([sum.shape, normed.shape], [["B", 8], ["B", 8]]);
 * ```
 */
export function addRmsNorm(
  x: Tensor,
  delta: Tensor,
  weight: Tensor,
  epsilon: number,
): { readonly sum: Tensor; readonly normed: Tensor } {
  requireFloats("AddRMSNorm", x, delta, weight);
  const width = x.shape.at(-1);
  if (!sameShape(x.shape, delta.shape) || !sameShape(weight.shape, [width!])) {
    throw graphError("AddRMSNorm", "shapes do not match", [x, delta, weight]);
  }
  const { graph, dtype, shape } = x;
  const like = { dtype, shape };
  // The kernel's second and third results, statistics, exist only where it trains.
  const statistic = { dtype, shape: [0] };
  const [normed, , , sum] = graph.node({
    op: "SkipSimplifiedLayerNormalization",
    domain: "com.microsoft",
    inputs: [x, delta, weight],
    outputs: [like, statistic, statistic, like],
    attributes: { epsilon: { float: epsilon } },
  });
  return { sum: sum!, normed: normed! };
}
