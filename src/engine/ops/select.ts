/** @file Comparisons and selection. */
import type { Tensor } from "../graph.ts";
import { broadcastAxes, broadcastShapes, formatShape, sameShape } from "../shape.ts";
import { graphError, requireBroadcast, requireFloats } from "./check.ts";
import { reshape } from "./layout.ts";
import { sum } from "./reduce.ts";

function compare(op: string, a: Tensor, b: Tensor): Tensor {
  if (a.dtype !== b.dtype) throw graphError(op, "operands of different types", [a, b]);
  const shape = requireBroadcast(op, a, b);
  return a.graph.node({ op, inputs: [a, b], outputs: [{ dtype: "bool", shape }] })[0]!;
}

/**
 * `a < b`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const a = graph.input("a", "int32", [4, 1]);
 * const b = graph.input("b", "int32", [3]);
 * assertEquals(less(a, b).shape, [4, 3]); // of type bool
 * ```
 */
export function less(a: Tensor, b: Tensor): Tensor {
  return compare("Less", a, b);
}

/**
 * `a ≤ b`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const a = graph.input("a", "int32", [4, 1]);
 * const b = graph.input("b", "int32", [3]);
 * assertEquals(lessOrEqual(a, b).shape, [4, 3]); // of type bool
 * ```
 */
export function lessOrEqual(a: Tensor, b: Tensor): Tensor {
  return compare("LessOrEqual", a, b);
}

/**
 * Both of two conditions.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const a = graph.input("a", "bool", [3]);
 * const b = graph.input("b", "bool", [3]);
 * assertEquals(and(a, b).dtype, "bool");
 * ```
 */
export function and(a: Tensor, b: Tensor): Tensor {
  if (a.dtype !== "bool") throw graphError("And", `expected bool, found ${a.dtype}`, [a, b]);
  return compare("And", a, b);
}

/**
 * `a` where the condition holds and `b` elsewhere; all three broadcast.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const seen = graph.input("seen", "bool", [2, 3]);
 * const x = graph.input("x", "float32", [2, 3]);
 * assertEquals(where(seen, x, graph.scalar("float32", 0)).shape, [2, 3]);
 * ```
 */
export function where(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  if (condition.dtype !== "bool") {
    throw graphError("Where", `expected a bool condition, found ${condition.dtype}`, [
      condition,
      a,
      b,
    ]);
  }
  requireFloats("Where", a, b);
  const shape = broadcastShapes(requireBroadcast("Where", a, b), condition.shape);
  if (!shape) {
    throw graphError("Where", `the condition ${formatShape(condition.shape)} does not broadcast`, [
      condition,
      a,
      b,
    ]);
  }
  const zero = a.graph.scalar(a.dtype, 0);
  const back = (g: Tensor, to: Tensor): Tensor | null => {
    if (!to.differentiable) return null;
    return sameShape(g.shape, to.shape)
      ? g
      : reshape(sum(g, broadcastAxes(to.shape, g.shape)), to.shape);
  };
  return a.graph.node({
    op: "Where",
    inputs: [condition, a, b],
    outputs: [{ dtype: a.dtype, shape }],
    gradient: (
      [g],
    ) => [null, back(where(condition, g!, zero), a), back(where(condition, zero, g!), b)],
  })[0]!;
}
