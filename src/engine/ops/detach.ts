/** @file A value that gradients treat as a constant. */
import type { Tensor } from "../graph.ts";

/**
 * `x` unchanged, through which no gradient flows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [2]);
 * assertEquals([x.differentiable, detach(x).differentiable], [true, false]);
 * ```
 */
export function detach(x: Tensor): Tensor {
  return x.graph.node({
    op: "Identity",
    inputs: [x],
    outputs: [{ dtype: x.dtype, shape: x.shape }],
  })[0]!;
}
