/** @file Order of evaluation: the runtime goes by operands alone, so what is to wait must be given something to wait for. */
import { ONNX_TYPE } from "../dtype.ts";
import type { Tensor } from "../graph.ts";
import { sizeOf } from "../shape.ts";
import { requireFixed, requireFloats } from "./check.ts";
import { reshape } from "./layout.ts";

/**
 * The integer 0 as int64 `[1]`, known once all of `before` are computed: their first elements are compared with themselves, and nothing
 * is less than itself, not even NaN. No gradient flows.
 *
 * @param before Tensors of fixed size, at least one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * assertEquals(zeroAfter([graph.input("x", "float32", [2, 3])]).dtype, "int64");
 * ```
 */
export function zeroAfter(before: readonly Tensor[]): Tensor {
  return before.map((tensor) => {
    const { graph, dtype } = tensor;
    const size = sizeOf(requireFixed("ZeroAfter", tensor));
    const [first] = graph.node({
      op: "Gather",
      inputs: [reshape(tensor, [size]), graph.integers([0])],
      outputs: [{ dtype, shape: [1] }],
      attributes: { axis: { int: 0 } },
    });
    const [less] = graph.node({
      op: "Less",
      inputs: [first!, first!],
      outputs: [{ dtype: "bool", shape: [1] }],
    });
    return graph.node({
      op: "Cast",
      inputs: [less!],
      outputs: [{ dtype: "int64", shape: [1] }],
      attributes: { to: { int: ONNX_TYPE.int64 } },
    })[0]!;
  }).reduce((a, b) =>
    a.graph.node({ op: "Add", inputs: [a, b], outputs: [{ dtype: "int64", shape: [1] }] })[0]!
  );
}

/**
 * `x` with a {@link zeroAfter} added: the same numbers, but not before that is known. No gradient flows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [2, 3]);
 * assertEquals(delayed(x, zeroAfter([x])).shape, [2, 3]);
 * ```
 */
export function delayed(x: Tensor, zero: Tensor): Tensor {
  requireFloats("Delayed", x);
  const { graph, dtype, shape } = x;
  const [nothing] = graph.node({
    op: "Cast",
    inputs: [zero],
    outputs: [{ dtype, shape: [1] }],
    attributes: { to: { int: ONNX_TYPE[dtype] } },
  });
  return graph.node({ op: "Add", inputs: [x, nothing!], outputs: [{ dtype, shape }] })[0]!;
}
