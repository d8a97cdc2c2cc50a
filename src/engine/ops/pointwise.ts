/** @file Elementwise functions of one tensor. */
import type { Tensor } from "../graph.ts";
import { add, div, mul, neg, scale, sub } from "./arithmetic.ts";
import { requireFloats } from "./check.ts";

function pointwise(op: string, x: Tensor, rule: (g: Tensor, y: Tensor) => Tensor): Tensor {
  requireFloats(op, x);
  const [y] = x.graph.node({
    op,
    inputs: [x],
    outputs: [{ dtype: x.dtype, shape: x.shape }],
    gradient: ([g]) => [rule(g!, y!)],
  });
  return y!;
}

/**
 * `eˣ`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * assertEquals(exp(graph.input("x", "float32", ["B", 4])).shape, ["B", 4]);
 * ```
 */
export function exp(x: Tensor): Tensor {
  return pointwise("Exp", x, (g, y) => mul(g, y));
}

/**
 * Natural logarithm.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * assertEquals(log(graph.input("x", "float32", ["B", 4])).shape, ["B", 4]);
 * ```
 */
export function log(x: Tensor): Tensor {
  return pointwise("Log", x, (g) => div(g, x));
}

/**
 * Square root.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * assertEquals(sqrt(graph.input("x", "float32", ["B", 4])).shape, ["B", 4]);
 * ```
 */
export function sqrt(x: Tensor): Tensor {
  return pointwise("Sqrt", x, (g, y) => scale(div(g, y), 0.5));
}

/**
 * Logistic function.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * assertEquals(sigmoid(graph.input("x", "float32", ["B", 4])).shape, ["B", 4]);
 * ```
 */
export function sigmoid(x: Tensor): Tensor {
  return pointwise("Sigmoid", x, (g, y) => mul(g, sub(y, mul(y, y))));
}

/**
 * `x · sigmoid(x)` (Elfwing et al., arXiv 1702.03118).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * assertEquals(silu(graph.input("x", "float32", ["B", 4])).shape, ["B", 4]);
 * ```
 */
export function silu(x: Tensor): Tensor {
  requireFloats("SiLU", x);
  const { graph, dtype, shape } = x;
  const one = graph.scalar(dtype, 1);
  // The runtime turns x · Sigmoid(x) into a fused operator that it has no float64 kernel for.
  const s = dtype === "float64" ? div(one, add(one, exp(neg(x)))) : sigmoid(x);
  const [y] = graph.node({
    op: "Mul",
    inputs: [x, s],
    outputs: [{ dtype, shape }],
    wrt: [x],
    // d/dx = s + y (1 − s), from the saved sigmoid and result.
    gradient: ([g]) => [mul(g!, add(s, mul(y!, sub(one, s))))],
  });
  return y!;
}
