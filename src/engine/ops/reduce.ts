/** @file Sums and means over axes. */
import type { Tensor } from "../graph.ts";
import { normalizeAxis, sizeOf } from "../shape.ts";
import { scale } from "./arithmetic.ts";
import { graphError, requireFloats } from "./check.ts";
import { reshape } from "./layout.ts";

/** Sum over `axes` (all of them by default). */
export function sum(x: Tensor, axes: readonly number[] = x.shape.map((_, i) => i)): Tensor {
  requireFloats("ReduceSum", x);
  const rank = x.shape.length;
  const at = axes.map((axis) => normalizeAxis(axis, rank));
  if (at.some((axis) => axis < 0 || axis >= rank) || new Set(at).size !== at.length) {
    throw graphError("ReduceSum", `[${axes}] are no axes of it`, [x]);
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

/** Mean over `axes` (all of them by default). */
export function mean(x: Tensor, axes: readonly number[] = x.shape.map((_, i) => i)): Tensor {
  const count = sizeOf(axes.map((axis) => x.shape[normalizeAxis(axis, x.shape.length)] ?? 0));
  return scale(sum(x, axes), 1 / count);
}

/** Repeats `x` along its dimensions of size 1 to the shape of `like`. */
function expand(x: Tensor, like: Tensor): Tensor {
  const axes = x.shape.flatMap((dim, i) => dim !== like.shape[i] ? [i] : []);
  sizeOf(like.shape);
  return x.graph.node({
    op: "Expand",
    inputs: [x, x.graph.integers(like.shape.map(Number))],
    outputs: [{ dtype: x.dtype, shape: like.shape }],
    gradient: ([g]) => [reshape(sum(g!, axes), x.shape), null],
  })[0]!;
}
