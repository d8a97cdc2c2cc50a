/** @file Elementwise minimum and clamping, whose gradient goes to whichever side was taken. */
import type { Tensor } from "../graph.ts";
import { sameShape } from "../shape.ts";
import { graphError, requireFloats } from "./check.ts";
import { lessOrEqual, where } from "./select.ts";

/**
 * The smaller of `a` and `b`, of one shape; where they are equal the gradient goes to `a`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const a = graph.input("a", "float32", [2]);
 * const b = graph.input("b", "float32", [2]);
 * assertEquals(minimum(a, b).shape, [2]);
 * ```
 */
export function minimum(a: Tensor, b: Tensor): Tensor {
  requireFloats("Min", a, b);
  if (!sameShape(a.shape, b.shape)) throw graphError("Min", "operands of different shapes", [a, b]);
  const zero = a.graph.scalar(a.dtype, 0);
  return a.graph.node({
    op: "Min",
    inputs: [a, b],
    outputs: [{ dtype: a.dtype, shape: a.shape }],
    gradient: ([g]) => {
      const first = lessOrEqual(a, b);
      return [where(first, g!, zero), where(first, zero, g!)];
    },
  })[0]!;
}

/**
 * `x` kept within `[low, high]`; no gradient flows where it was moved.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const ratio = graph.input("ratio", "float32", [8]);
 * assertEquals(clamp(ratio, 0.8, 1.2).shape, [8]);
 * ```
 */
export function clamp(x: Tensor, low: number, high: number): Tensor {
  requireFloats("Clip", x);
  if (!(low <= high)) throw graphError("Clip", `low ${low} is above high ${high}`, [x]);
  const { graph, dtype, shape } = x;
  const [y] = graph.node({
    op: "Clip",
    inputs: [x, graph.scalar(dtype, low), graph.scalar(dtype, high)],
    outputs: [{ dtype, shape }],
    gradient: ([g]) => [where(equal(x, y!), g!, graph.scalar(dtype, 0)), null, null],
  });
  return y!;
}

function equal(a: Tensor, b: Tensor): Tensor {
  return a.graph.node({
    op: "Equal",
    inputs: [a, b],
    outputs: [{ dtype: "bool", shape: a.shape }],
  })[0]!;
}
