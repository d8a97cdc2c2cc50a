/** @file Log-probability of given labels under logits. */
import type { Tensor } from "../graph.ts";
import { mul, neg } from "./arithmetic.ts";
import { graphError, requireFixed, requireFloats, requireInteger, requireRank } from "./check.ts";
import { reshape } from "./layout.ts";

/**
 * `log softmax(logits)[label]` row by row: `logits [n, vocabulary]`, `labels [n]` → `[n]`. The backward pass uses
 * softmax − one-hot, without a second pass over the vocabulary for the normalisation.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const logits = graph.input("logits", "float32", [5, 40]);
 * const labels = graph.input("labels", "int32", [5]);
 * assertEquals(logProb(logits, labels).shape, [5]);
 * ```
 */
export function logProb(logits: Tensor, labels: Tensor): Tensor {
  requireFloats("LogProb", logits);
  requireInteger("LogProb", labels);
  requireRank("LogProb", logits, 2);
  const [n] = logits.shape;
  if (labels.shape.length !== 1 || labels.shape[0] !== n) {
    throw graphError("LogProb", "expected one label a row", [logits, labels]);
  }
  const { graph, dtype, shape } = logits;
  const [all] = graph.node({
    op: "LogSoftmax",
    inputs: [logits],
    outputs: [{ dtype, shape }],
    attributes: { axis: { int: -1 } },
  });
  const column = reshape(labels, [n!, 1]);
  const [picked] = graph.node({
    op: "GatherElements",
    inputs: [all!, column],
    outputs: [{ dtype, shape: [n!, 1] }],
    attributes: { axis: { int: 1 } },
  });
  return graph.node({
    op: "Reshape",
    inputs: [picked!, graph.integers([-1])],
    outputs: [{ dtype, shape: [n!] }],
    wrt: [logits],
    gradient: ([g]) => {
      const [p] = graph.node({ op: "Exp", inputs: [all!], outputs: [{ dtype, shape }] });
      const [ones] = graph.node({
        op: "Expand",
        inputs: [
          graph.scalar(dtype, -1),
          graph.integers([...requireFixed("LogProb", logits, [n!]), 1]),
        ],
        outputs: [{ dtype, shape: [n!, 1] }],
      });
      const [minus] = graph.node({
        op: "ScatterElements",
        inputs: [p!, column, ones!],
        outputs: [{ dtype, shape }],
        attributes: { axis: { int: 1 }, reduction: { string: "add" } },
      });
      return [mul(minus!, neg(reshape(g!, [n!, 1])))];
    },
  })[0]!;
}
