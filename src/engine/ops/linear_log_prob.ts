/** @file Log-probability of labels under a linear output layer, a slice of the vocabulary at a time. */
import type { Tensor } from "../graph.ts";
import { formatShape } from "../shape.ts";
import { add, mul, neg, scale as scaled, sub } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { graphError, requireFixed, requireFloats, requireInteger, requireRank } from "./check.ts";
import { gatherRows } from "./gather.ts";
import { concat, reshape } from "./layout.ts";
import { matmul } from "./matmul.ts";
import { zeroAfter } from "./order.ts";
import { exp } from "./pointwise.ts";
import { sum } from "./reduce.ts";
import { and, less } from "./select.ts";
import { ONNX_TYPE } from "../dtype.ts";

/** How {@link linearLogProb} computes. */
export interface LinearLogProbOptions {
  /** Factor on the logits, e.g. `1 / temperature`. */
  readonly scale: number;
  /** Rows of the table whose logits are held at once, at least 1. */
  readonly chunk: number;
}

/**
 * `log softmax(scale · hidden · tableᵀ)[label]` row by row: `hidden [n, width]`, `table [vocabulary, width]`, `labels [n]` →
 * `[n]`. The same numbers as `logProb(matmul(…))`, but never more than `[n, chunk]` logits at once, neither here nor
 * in the backward pass, which computes them anew (as Wijmans et al., arXiv 2411.09009, section 4, do on a GPU): a third
 * more work in this layer, for memory that no longer grows with the vocabulary.
 *
 * @throws {GraphError} for shapes that do not match, and for sizes that are not fixed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const hidden = graph.input("hidden", "float32", [5, 8]);
 * const table = graph.input("table", "float32", [40, 8]);
 * const labels = graph.input("labels", "int32", [5]);
 * assertEquals(linearLogProb(hidden, table, labels, { scale: 1, chunk: 16 }).shape, [5]);
 * ```
 */
export function linearLogProb(
  hidden: Tensor,
  table: Tensor,
  labels: Tensor,
  { scale, chunk }: LinearLogProbOptions,
): Tensor {
  const op = "LinearLogProb";
  requireFloats(op, hidden, table);
  requireInteger(op, labels);
  requireRank(op, hidden, 2);
  requireRank(op, table, 2);
  const [n, width] = requireFixed(op, hidden) as [number, number];
  const [vocabulary, inner] = requireFixed(op, table) as [number, number];
  if (inner !== width || labels.shape.length !== 1 || labels.shape[0] !== n) {
    throw graphError(op, `expected a table of width ${width} and ${formatShape([n])} labels`, [
      hidden,
      table,
      labels,
    ]);
  }
  if (!(Number.isSafeInteger(chunk) && chunk >= 1)) {
    throw new RangeError(`${op}: chunk: expected a whole number, at least 1, found ${chunk}`);
  }
  const { graph } = hidden;
  // Products may be of float16; logits and all that is made of them are not.
  const dtype = hidden.dtype === "float16" ? "float32" : hidden.dtype;
  const spans = Array.from(
    { length: Math.ceil(vocabulary / chunk) },
    (_, i) => [i * chunk, Math.min(vocabulary, (i + 1) * chunk)] as const,
  );
  const logitsOf = (rows: Tensor) => cast(matmul(hidden, rows, { transposeB: true, scale }), dtype);

  const parts: Tensor[] = [];
  for (const span of spans) {
    const rows = rowsAfter(table, span, parts.slice(-1));
    parts.push(logSumExp(logitsOf(rows)));
  }
  const normaliser = logSumExp(concat(parts, 1));
  const chosen = gatherRows(table, labels);
  const logits = scaled(sum(mul(cast(hidden, dtype), cast(chosen, dtype)), [1]), scale);
  return graph.node({
    op: "Sub",
    inputs: [logits, reshape(normaliser, [n])],
    outputs: [{ dtype, shape: [n] }],
    wrt: [hidden, table],
    gradient: ([g]) => {
      const column = reshape(g!, [n, 1]);
      const minus = neg(column);
      let toHidden: Tensor | undefined;
      const toTable: Tensor[] = [];
      for (const span of spans) {
        const before = [toHidden ?? normaliser, ...toTable.slice(-1)];
        const rows = rowsAfter(table, span, before);
        const probabilities = exp(sub(logitsOf(rows), normaliser));
        const toLogits = cast(
          addAtLabels(mul(probabilities, minus), labels, column, span),
          hidden.dtype,
        );
        const part = matmul(toLogits, rows, { scale });
        toHidden = toHidden ? add(toHidden, part) : part;
        if (table.differentiable) {
          toTable.push(matmul(toLogits, hidden, { transposeA: true, scale }));
        }
      }
      return [toHidden!, table.differentiable ? concat(toTable, 0) : null];
    },
  })[0]!;
}

/**
 * Rows `from` to `to` of the table, read once `before` is computed. The runtime orders nodes by their operands alone and
 * merges equal ones: without the dependency all slices could live at once, and the backward pass would keep those of the forward.
 */
function rowsAfter(
  table: Tensor,
  [from, to]: readonly [number, number],
  before: readonly Tensor[],
): Tensor {
  const { graph, dtype } = table;
  const offset = graph.integers([from]);
  const start = before.length === 0 ? offset : graph.node({
    op: "Add",
    inputs: [offset, zeroAfter(before)],
    outputs: [{ dtype: "int64", shape: [1] }],
  })[0]!;
  return graph.node({
    op: "Slice",
    inputs: [table, start, graph.integers([to]), graph.integers([0])],
    outputs: [{ dtype, shape: [to - from, table.shape[1]!] }],
  })[0]!;
}

/** `x [n, to − from]` with `column [n, 1]` added where a row's label lies within the columns `from` to `to`. */
function addAtLabels(
  x: Tensor,
  labels: Tensor,
  column: Tensor,
  [from, to]: readonly [number, number],
): Tensor {
  const { graph, dtype, shape } = x;
  const n = shape[0]!;
  const integer = (value: number) =>
    labels.dtype === "int64"
      ? graph.integers([value])
      : graph.constant("int32", [1], Int32Array.of(value));
  const apply = (op: string, a: Tensor, b: Tensor) =>
    graph.node({ op, inputs: [a, b], outputs: [{ dtype: a.dtype, shape: [n] }] })[0]!;
  const insideAs = (to: "float32" | "float64" | "int32" | "int64") =>
    graph.node({
      op: "Cast",
      inputs: [inside],
      outputs: [{ dtype: to, shape: [n] }],
      attributes: { to: { int: ONNX_TYPE[to] } },
    })[0]!;
  const offset = apply("Sub", labels, integer(from));
  const inside = and(less(integer(-1), offset), less(offset, integer(to - from)));
  // Where the label is elsewhere, 0 is added to the first column.
  const at = apply("Mul", offset, insideAs(labels.dtype === "int64" ? "int64" : "int32"));
  const added = mul(column, reshape(insideAs(dtype === "float64" ? "float64" : "float32"), [n, 1]));
  return graph.node({
    op: "ScatterElements",
    inputs: [x, reshape(at, [n, 1]), added],
    outputs: [{ dtype, shape }],
    attributes: { axis: { int: 1 }, reduction: { string: "add" } },
  })[0]!;
}

/** `log Σ exp(x)` of each row: `[n, k]` → `[n, 1]`, shifted by the maximum within the kernel. */
function logSumExp(x: Tensor): Tensor {
  const { graph, dtype } = x;
  return graph.node({
    op: "ReduceLogSumExp",
    inputs: [x, graph.integers([1])],
    outputs: [{ dtype, shape: [x.shape[0]!, 1] }],
    attributes: { keepdims: { int: 1 } },
  })[0]!;
}
