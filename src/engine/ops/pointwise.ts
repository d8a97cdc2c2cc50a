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

/** `eˣ`. */
export function exp(x: Tensor): Tensor {
  return pointwise("Exp", x, (g, y) => mul(g, y));
}

/** Natural logarithm. */
export function log(x: Tensor): Tensor {
  return pointwise("Log", x, (g) => div(g, x));
}

/** Square root. */
export function sqrt(x: Tensor): Tensor {
  return pointwise("Sqrt", x, (g, y) => scale(div(g, y), 0.5));
}

/** Logistic function. */
export function sigmoid(x: Tensor): Tensor {
  return pointwise("Sigmoid", x, (g, y) => mul(g, sub(y, mul(y, y))));
}

/** `x · sigmoid(x)` (Elfwing et al., arXiv 1702.03118). */
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
