/** @file Elementwise arithmetic of two tensors, with NumPy's broadcasting. */
import type { Tensor } from "../graph.ts";
import { broadcastAxes, sameShape } from "../shape.ts";
import { requireBroadcast, requireFloats } from "./check.ts";
import { reshape } from "./layout.ts";
import { sum } from "./reduce.ts";

type Rule = (g: Tensor, a: Tensor, b: Tensor) => [Tensor, Tensor];

function binary(op: string, a: Tensor, b: Tensor, rule: Rule): Tensor {
  requireFloats(op, a, b);
  const shape = requireBroadcast(op, a, b);
  return a.graph.node({
    op,
    inputs: [a, b],
    outputs: [{ dtype: a.dtype, shape }],
    gradient: ([g]) => {
      const [da, db] = rule(g!, a, b);
      return [
        a.differentiable ? unbroadcast(da, a) : null,
        b.differentiable ? unbroadcast(db, b) : null,
      ];
    },
  })[0]!;
}

/** Sums a gradient over the axes that broadcasting stretched, back to the operand's shape. */
function unbroadcast(gradient: Tensor, operand: Tensor): Tensor {
  if (sameShape(gradient.shape, operand.shape)) return gradient;
  const axes = broadcastAxes(operand.shape, gradient.shape);
  return reshape(axes.length > 0 ? sum(gradient, axes) : gradient, operand.shape);
}

/**
 * `a + b`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const a = graph.input("a", "float32", [2, 3]);
 * const b = graph.input("b", "float32", [3]);
 * assertEquals(add(a, b).shape, [2, 3]);
 * ```
 */
export function add(a: Tensor, b: Tensor): Tensor {
  return binary("Add", a, b, (g) => [g, g]);
}

/**
 * `a − b`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const a = graph.input("a", "float32", [4, 1]);
 * const b = graph.input("b", "float32", [2]);
 * assertEquals(sub(a, b).shape, [4, 2]);
 * ```
 */
export function sub(a: Tensor, b: Tensor): Tensor {
  return binary("Sub", a, b, (g) => [g, neg(g)]);
}

/**
 * `a · b`, element by element.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const a = graph.input("a", "float32", ["B", 3]);
 * const b = graph.input("b", "float32", [3]);
 * assertEquals(mul(a, b).shape, ["B", 3]);
 * ```
 */
export function mul(a: Tensor, b: Tensor): Tensor {
  return binary("Mul", a, b, (g, a, b) => [mul(g, b), mul(g, a)]);
}

/**
 * `a / b`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const a = graph.input("a", "float32", [2, 3]);
 * const b = graph.input("b", "float32", []);
 * assertEquals(div(a, b).shape, [2, 3]);
 * ```
 */
export function div(a: Tensor, b: Tensor): Tensor {
  return binary("Div", a, b, (g, a, b) => {
    const da = div(g, b);
    return [da, neg(mul(da, div(a, b)))];
  });
}

/**
 * `−x`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * assertEquals(neg(graph.input("x", "float32", [2])).shape, [2]);
 * ```
 */
export function neg(x: Tensor): Tensor {
  requireFloats("Neg", x);
  return x.graph.node({
    op: "Neg",
    inputs: [x],
    outputs: [{ dtype: x.dtype, shape: x.shape }],
    gradient: ([g]) => [neg(g!)],
  })[0]!;
}

/**
 * `factor · x` for a fixed factor.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * assertEquals(scale(graph.input("x", "float32", [2]), 0.5).shape, [2]);
 * ```
 */
export function scale(x: Tensor, factor: number): Tensor {
  return mul(x, x.graph.scalar(x.dtype, factor));
}

/**
 * `x + shift` for a fixed number.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * assertEquals(shift(graph.input("x", "float32", [2]), 1e-6).shape, [2]);
 * ```
 */
export function shift(x: Tensor, by: number): Tensor {
  return add(x, x.graph.scalar(x.dtype, by));
}
