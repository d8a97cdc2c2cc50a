/** @file Checks that operators share, so that a wrong shape or type is found while the graph is built. */
import { isFloat } from "../dtype.ts";
import { GraphError, type Tensor } from "../graph.ts";
import { broadcastShapes, type Dim, formatShape, normalizeAxis, type Shape } from "../shape.ts";

/**
 * Fails unless all operands have one floating type.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const ids = graph.input("ids", "int32", [2]);
 * assertThrows(() => requireFloats("Exp", ids), Error, "Exp: expected a floating type, found int32");
 * ```
 */
export function requireFloats(op: string, ...operands: Tensor[]): void {
  const [first] = operands;
  if (!first) return;
  for (const t of operands) {
    if (!isFloat(t.dtype)) {
      throw graphError(op, `expected a floating type, found ${t.dtype}`, operands);
    }
    if (t.dtype !== first.dtype) {
      throw graphError(op, `operands of different types, ${first.dtype} and ${t.dtype}`, operands);
    }
  }
}

/**
 * Fails unless the operand is of an integer type.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [2]);
 * assertThrows(() => requireInteger("Gather", x), Error, "Gather: expected integers");
 * ```
 */
export function requireInteger(op: string, operand: Tensor): void {
  if (operand.dtype !== "int32" && operand.dtype !== "int64") {
    throw graphError(op, `expected integers, found ${operand.dtype}`, [operand]);
  }
}

/**
 * Fails unless the operand has `rank` dimensions.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [2]);
 * assertThrows(() => requireRank("Gather", x, 2), Error, "expected 2 dimensions, found [2]");
 * ```
 */
export function requireRank(op: string, operand: Tensor, rank: number): void {
  if (operand.shape.length !== rank) {
    throw graphError(op, `expected ${rank} dimensions, found ${formatShape(operand.shape)}`, [
      operand,
    ]);
  }
}

/**
 * The operand's dimensions, or those of `shape`, as numbers. Fails where one of them is only a name: the kernel needs the
 * size while the graph is built, as most gradients do.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * assertEquals(requireFixed("Expand", graph.input("x", "float32", [2, 3])), [2, 3]);
 * ```
 */
export function requireFixed(op: string, operand: Tensor, shape: Shape = operand.shape): number[] {
  return shape.map((dim) => {
    if (typeof dim === "number") return dim;
    throw graphError(op, `expected fixed sizes, found ${formatShape(shape)}`, [operand]);
  });
}

/**
 * `axis` counted from the front. Fails unless the operand has such an axis.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * assertEquals(requireAxis("Split", graph.input("x", "float32", [2, 3]), -1), 1);
 * ```
 */
export function requireAxis(op: string, operand: Tensor, axis: number): number {
  const rank = operand.shape.length;
  const at = normalizeAxis(axis, rank);
  if (!Number.isInteger(at) || at < 0 || at >= rank) {
    throw graphError(op, `${formatShape(operand.shape)} has no axis ${axis}`, [operand]);
  }
  return at;
}

/**
 * The shape that the operands broadcast to.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const a = graph.input("a", "float32", [4, 1]);
 * const b = graph.input("b", "float32", [3]);
 * assertEquals(requireBroadcast("Add", a, b), [4, 3]);
 * ```
 */
export function requireBroadcast(op: string, a: Tensor, b: Tensor): Dim[] {
  const shape = broadcastShapes(a.shape, b.shape);
  if (!shape) {
    throw graphError(
      op,
      `shapes do not broadcast: ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
      [a, b],
    );
  }
  return shape;
}

/**
 * A {@link GraphError} that also names the scope that the graph is in.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [2]);
 * const error = graph.scope("layer", () => graphError("Exp", "no", [x]));
 * assertEquals(error.message, "layer/Exp: no (operands x: float32[2])");
 * ```
 */
export function graphError(op: string, problem: string, operands: readonly Tensor[]): GraphError {
  return new GraphError(op, problem, operands, operands[0]?.graph.scopeName ?? "");
}
