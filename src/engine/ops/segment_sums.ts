/** @file Sums over segments of a row of numbers, each given back to all members of its segment. */
import type { Tensor } from "../graph.ts";
import { formatShape } from "../shape.ts";
import { graphError, requireFloats, requireInteger, requireRank } from "./check.ts";
import { zeros } from "./layout.ts";

/**
 * Sums of the elements that share a segment: `x [n]`, `segments [n]` with numbers from 0 to n − 1 → `[n]`, at each place the
 * sum of its own segment. A number beyond n is an error when the graph runs.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [5]);
 * const segments = graph.input("segments", "int32", [5]); // of [0, 0, 2, 2, 2]: x0 + x1 twice, then x2 + x3 + x4
 * assertEquals(segmentSums(x, segments).shape, [5]);
 * ```
 */
export function segmentSums(x: Tensor, segments: Tensor): Tensor {
  requireFloats("ScatterElements", x);
  requireInteger("ScatterElements", segments);
  requireRank("ScatterElements", x, 1);
  const [n] = x.shape;
  if (segments.shape.length !== 1 || segments.shape[0] !== n) {
    throw graphError("ScatterElements", `expected ${formatShape([n!])} segments`, [x, segments]);
  }
  return spread(collect(x, segments), segments);
}

/** The sum of each segment, at the place that is its number. */
function collect(x: Tensor, segments: Tensor): Tensor {
  return x.graph.node({
    op: "ScatterElements",
    inputs: [zeros(x), segments, x],
    outputs: [{ dtype: x.dtype, shape: x.shape }],
    attributes: { axis: { int: 0 }, reduction: { string: "add" } },
    gradient: ([g]) => [null, null, spread(g!, segments)],
  })[0]!;
}

/** What stands at the number of each place's segment. */
function spread(sums: Tensor, segments: Tensor): Tensor {
  return sums.graph.node({
    op: "GatherElements",
    inputs: [sums, segments],
    outputs: [{ dtype: sums.dtype, shape: sums.shape }],
    attributes: { axis: { int: 0 } },
    gradient: ([g]) => [collect(g!, segments), null],
  })[0]!;
}
