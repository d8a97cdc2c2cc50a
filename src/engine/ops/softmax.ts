/** @file Softmax over the last axis. */
import type { Tensor } from "../graph.ts";
import { mul, sub } from "./arithmetic.ts";
import { requireAxis, requireFloats } from "./check.ts";
import { reshape } from "./layout.ts";
import { sum } from "./reduce.ts";

/**
 * `exp(x) / Σ exp(x)` over the last axis, shifted by the maximum so that nothing overflows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", ["B", 4]);
 * assertEquals(softmax(x).shape, ["B", 4]);
 * ```
 */
export function softmax(x: Tensor): Tensor {
  requireFloats("Softmax", x);
  requireAxis("Softmax", x, -1);
  const { graph, dtype, shape } = x;
  const [y] = graph.node({
    op: "Softmax",
    inputs: [x],
    outputs: [{ dtype, shape }],
    attributes: { axis: { int: -1 } },
    gradient: ([g]) => {
      const inner = reshape(sum(mul(g!, y!), [-1]), [...shape.slice(0, -1), 1]);
      return [mul(y!, sub(g!, inner))];
    },
  });
  return y!;
}
