/** @file Operators that move elements and compute nothing. */
import { ONNX_TYPE } from "../dtype.ts";
import type { Tensor } from "../graph.ts";
import { type Dim, formatShape, sameShape, type Shape, sizeOf } from "../shape.ts";
import { graphError, requireAxis, requireFixed, requireInteger } from "./check.ts";

/**
 * The same elements under another shape. Of the named dimensions, those that begin both shapes alike stay where they are;
 * behind them, each shape may have one, the same.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", ["B", 8]);
 * assertEquals(reshape(x, ["B", 2, 4]).shape, ["B", 2, 4]);
 * ```
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  // A named dimension in the same place in front of all that changes is carried over, whatever its size.
  const changed = x.shape.findIndex((dim, i) => dim !== shape[i]);
  const kept = changed < 0 ? x.shape.length : changed;
  const names = (s: Shape) => s.slice(kept).filter((dim) => typeof dim === "string");
  const fixed = (s: Shape) => sizeOf(s.filter((dim) => typeof dim === "number"));
  const [named] = names(shape);
  if (
    names(shape).length > 1 || names(x.shape).length > 1 || names(x.shape)[0] !== named ||
    fixed(x.shape) !== fixed(shape)
  ) {
    throw graphError(
      "Reshape",
      `${formatShape(x.shape)} cannot become ${formatShape(shape)}`,
      [x],
    );
  }
  const sizes = shape.map((dim, i) => typeof dim === "number" ? dim : i < kept ? 0 : -1);
  return x.graph.node({
    op: "Reshape",
    inputs: [x, x.graph.integers(sizes)],
    outputs: [{ dtype: x.dtype, shape }],
    gradient: ([g]) => [reshape(g!, x.shape), null],
  })[0]!;
}

/**
 * A view of `x` where the sizes are known only when the graph runs, which is why nothing is checked here.
 *
 * @param sizes As ONNX takes them, 0 for the operand's own size at that place and −1 for what is left; or an int64 vector
 * that has them at run time.
 * @param shape What comes out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", ["R", "G", 8]);
 * assertEquals(viewAs(x, [-1, 8], ["N", 8]).shape, ["N", 8]);
 * ```
 */
export function viewAs(x: Tensor, sizes: Tensor | readonly number[], shape: Shape): Tensor {
  return x.graph.node({
    op: "Reshape",
    inputs: [x, "graph" in sizes ? sizes : x.graph.integers(sizes)],
    outputs: [{ dtype: x.dtype, shape }],
  })[0]!;
}

/**
 * Dimension `i` of the result is dimension `order[i]` of `x`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", ["B", 2, 4]);
 * assertEquals(transpose(x, [0, 2, 1]).shape, ["B", 4, 2]);
 * ```
 */
export function transpose(x: Tensor, order: readonly number[]): Tensor {
  const sorted = [...order].sort((a, b) => a - b);
  if (order.length !== x.shape.length || sorted.some((axis, i) => axis !== i)) {
    throw graphError("Transpose", `[${order}] is no permutation of the axes`, [x]);
  }
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return x.graph.node({
    op: "Transpose",
    inputs: [x],
    outputs: [{ dtype: x.dtype, shape: order.map((axis) => x.shape[axis]!) }],
    attributes: { perm: { ints: order } },
    gradient: ([g]) => [transpose(g!, inverse)],
  })[0]!;
}

/**
 * Cuts `x` along `axis` into parts of the given sizes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [2, 6]);
 * assertEquals(split(x, -1, [4, 2]).map((part) => part.shape), [[2, 4], [2, 2]]);
 * ```
 */
export function split(x: Tensor, axis: number, sizes: readonly number[]): Tensor[] {
  const at = requireAxis("Split", x, axis);
  const whole = x.shape[at]!;
  if (whole !== sizes.reduce((a, b) => a + b, 0)) {
    throw graphError("Split", `parts of ${sizes.join(" + ")} do not make up dimension ${whole}`, [
      x,
    ]);
  }
  const parts = x.graph.node({
    op: "Split",
    inputs: [x, x.graph.integers(sizes)],
    outputs: sizes.map((size) => ({ dtype: x.dtype, shape: replaceDim(x.shape, at, size) })),
    attributes: { axis: { int: at } },
    gradient: (gradients) => {
      const filled = gradients.map((g, i) => g ?? zeros(parts[i]!));
      return [concat(filled, at), null];
    },
  });
  return parts;
}

/**
 * Joins tensors along `axis`; their other dimensions agree.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const a = graph.input("a", "float32", [2, 4]);
 * const b = graph.input("b", "float32", [2, 2]);
 * assertEquals(concat([a, b], -1).shape, [2, 6]);
 * ```
 */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const [first] = parts;
  if (!first) throw new RangeError("concat: nothing to join");
  const at = requireAxis("Concat", first, axis);
  const sizes = parts.map((part) => {
    const size = part.shape[at];
    if (
      part.dtype !== first.dtype || typeof size !== "number" ||
      !sameShape(replaceDim(part.shape, at, 0), replaceDim(first.shape, at, 0))
    ) {
      throw graphError("Concat", `operands do not agree outside of axis ${at}`, parts);
    }
    return size;
  });
  return first.graph.node({
    op: "Concat",
    inputs: parts,
    outputs: [{
      dtype: first.dtype,
      shape: replaceDim(first.shape, at, sizes.reduce((a, b) => a + b, 0)),
    }],
    attributes: { axis: { int: at } },
    gradient: ([g]) => split(g!, at, sizes),
  })[0]!;
}

/**
 * Zeros of the shape and floating type of `like`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [2, 4]);
 * assertEquals(zeros(x).shape, [2, 4]);
 * ```
 */
export function zeros(like: Tensor): Tensor {
  const { graph, dtype, shape } = like;
  return graph.node({
    op: "Expand",
    inputs: [graph.scalar(dtype, 0), graph.integers(requireFixed("Expand", like))],
    outputs: [{ dtype, shape }],
  })[0]!;
}

/**
 * Integers as int64, which some operators insist on.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const ids = graph.input("ids", "int32", [2]);
 * assertEquals(toInt64(ids).dtype, "int64");
 * ```
 */
export function toInt64(x: Tensor): Tensor {
  if (x.dtype === "int64") return x;
  requireInteger("Cast", x);
  return x.graph.node({
    op: "Cast",
    inputs: [x],
    outputs: [{ dtype: "int64", shape: x.shape }],
    attributes: { to: { int: ONNX_TYPE.int64 } },
  })[0]!;
}

function replaceDim(shape: Shape, axis: number, dim: Dim): Dim[] {
  return shape.map((old, i) => i === axis ? dim : old);
}
