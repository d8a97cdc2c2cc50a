/** @file Other floating types. */
import { type DType, isFloat, ONNX_TYPE } from "../dtype.ts";
import type { Tensor } from "../graph.ts";
import { graphError, requireFloats } from "./check.ts";

/**
 * `x` in another floating type, rounded to the nearest number of it; in its own, `x` itself. The gradient comes back in the type of `x`.
 *
 * @throws {GraphError} for a type that is no floating one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const x = new Graph().input("x", "float32", ["B", 4]);
 * assertEquals(cast(x, "float16").dtype, "float16");
 * assertEquals(cast(x, "float32"), x);
 * ```
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  requireFloats("Cast", x);
  if (!isFloat(dtype)) throw graphError("Cast", `expected a floating type, found ${dtype}`, [x]);
  if (x.dtype === dtype) return x;
  return x.graph.node({
    op: "Cast",
    inputs: [x],
    outputs: [{ dtype, shape: x.shape }],
    attributes: { to: { int: ONNX_TYPE[dtype] } },
    gradient: ([g]) => [cast(g!, x.dtype)],
  })[0]!;
}
