/** @file Dropout: elements set to zero at random. */
import type { Tensor } from "../graph.ts";
import { scale } from "./arithmetic.ts";
import { requireFloats } from "./check.ts";
import { where } from "./select.ts";

/**
 * Each element of `x` zero with probability `share`, and otherwise divided by `1 − share`, so that its mean stays (Srivastava et
 * al., JMLR 15, 2014, section 10). Every run of a compiled graph draws anew; the draws of one compiled graph follow from its seeds
 * alone.
 *
 * @param share From 0 to below 1.
 * @param seed A whole number; nodes of equal seeds draw equally.
 * @throws {RangeError} for a share outside of this.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [5, 4]);
 * assertEquals(dropout(x, 0.1, 1).shape, [5, 4]);
 * ```
 */
export function dropout(x: Tensor, share: number, seed: number): Tensor {
  requireFloats("Dropout", x);
  if (!(share >= 0 && share < 1)) {
    throw new RangeError(`Dropout: share: expected a number from 0 to below 1, found ${share}`);
  }
  const { graph, dtype, shape } = x;
  const [y, kept] = graph.node({
    op: "Dropout",
    inputs: [x, graph.scalar("float32", share), graph.constant("bool", [], Uint8Array.of(1))],
    outputs: [{ dtype, shape }, { dtype: "bool", shape }],
    attributes: { seed: { int: seed } },
    gradient: ([g]) => [
      where(kept!, scale(g!, 1 / (1 - share)), graph.scalar(dtype, 0)),
      null,
      null,
    ],
  }) as [Tensor, Tensor];
  return y;
}
