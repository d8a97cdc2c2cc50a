/** @file Rows picked out by index, and their gradient. */
import type { Tensor } from "../graph.ts";
import { formatShape, sameShape, sizeOf } from "../shape.ts";
import { graphError, requireFixed, requireFloats, requireInteger, requireRank } from "./check.ts";
import { reshape, toInt64, zeros } from "./layout.ts";

/**
 * Rows `table[indices]`: `table [rows, width]`, `indices [...]` → `[..., width]`. Rows picked twice add their gradients.
 * Negative indices count from the back; one beyond the rows is an error when the graph runs.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const embedding = graph.input("embedding", "float32", [40, 8]);
 * const ids = graph.input("ids", "int32", ["B", "S"]);
 * assertEquals(gatherRows(embedding, ids).shape, ["B", "S", 8]);
 * ```
 */
export function gatherRows(table: Tensor, indices: Tensor): Tensor {
  requireFloats("Gather", table);
  requireInteger("Gather", indices);
  requireRank("Gather", table, 2);
  const width = table.shape[1]!;
  return table.graph.node({
    op: "Gather",
    inputs: [table, indices],
    outputs: [{ dtype: table.dtype, shape: [...indices.shape, width] }],
    attributes: { axis: { int: 0 } },
    gradient: ([g]) => [rowGradient(table, indices, g!), null],
  })[0]!;
}

/**
 * `table [rows, width]` with `added [count, width]` added to its rows `indices [count]`; rows named twice get both. Element by
 * element, because the runtime's `ScatterND` gives rows to several threads without a lock and loses additions where an index
 * stands twice; `ScatterElements` runs on one. No gradient flows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const table = graph.input("table", "float32", [40, 8]);
 * const indices = graph.input("indices", "int32", [5]);
 * const added = graph.input("added", "float32", [5, 8]);
 * assertEquals(addRows(table, indices, added).shape, [40, 8]);
 * ```
 */
export function addRows(table: Tensor, indices: Tensor, added: Tensor): Tensor {
  const op = "AddRows";
  requireFloats(op, table, added);
  requireInteger(op, indices);
  requireRank(op, table, 2);
  const { graph, dtype, shape } = table;
  const [count] = requireFixed(op, indices) as [number];
  const width = requireFixed(op, table)[1]!;
  if (indices.shape.length !== 1 || !sameShape(added.shape, [count, width])) {
    throw graphError(op, `expected an index for each row of width ${width}`, [indices, added]);
  }
  const [elementwise] = graph.node({
    op: "Expand",
    inputs: [reshape(indices, [count, 1]), graph.integers([count, width])],
    outputs: [{ dtype: indices.dtype, shape: [count, width] }],
  });
  return graph.node({
    op: "ScatterElements",
    inputs: [table, elementwise!, added],
    outputs: [{ dtype, shape }],
    attributes: { axis: { int: 0 }, reduction: { string: "add" } },
  })[0]!;
}

/** Rows that are added to some of a table's. */
export interface RowUpdate {
  /** Which rows, `[count]`. */
  readonly indices: Tensor;
  /** What is added, `[count, width]`. */
  readonly added: Tensor;
}

const updates = new WeakMap<Tensor, RowUpdate>();

/**
 * What a gradient of {@link gatherRows} consists of: zeros but for a few rows. Null for any other tensor.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gradients } from "../autodiff.ts";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const table = graph.input("table", "float32", [40, 8]);
 * const ids = graph.input("ids", "int32", [5]);
 * const [toTable] = gradients(gatherRows(table, ids), [table]);
 * assertEquals(rowUpdateOf(toTable!)?.added.shape, [5, 8]);
 * assertEquals(rowUpdateOf(table), null);
 * ```
 */
export function rowUpdateOf(gradient: Tensor): RowUpdate | null {
  return updates.get(gradient) ?? null;
}

function rowGradient(table: Tensor, indices: Tensor, g: Tensor): Tensor {
  const count = sizeOf(requireFixed("Gather", indices));
  const update = {
    indices: reshape(indices, [count]),
    added: reshape(g, [count, requireFixed("Gather", table)[1]!]),
  };
  const gradient = addRows(zeros(table), update.indices, update.added);
  updates.set(gradient, update);
  return gradient;
}

/**
 * One element a row: `x [n, width]`, `indices [n]` → `[n]`. Negative indices count from the back; one beyond the width
 * is an error when the graph runs.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [5, 40]);
 * const labels = graph.input("labels", "int32", [5]);
 * assertEquals(pick(x, labels).shape, [5]);
 * ```
 */
export function pick(x: Tensor, indices: Tensor): Tensor {
  requireFloats("GatherElements", x);
  requireInteger("GatherElements", indices);
  requireRank("GatherElements", x, 2);
  const [n] = x.shape;
  if (indices.shape.length !== 1 || indices.shape[0] !== n) {
    throw graphError("GatherElements", `expected ${formatShape([n!])} indices`, [x, indices]);
  }
  const { graph, dtype } = x;
  const column = reshape(indices, [n!, 1]);
  const [picked] = graph.node({
    op: "GatherElements",
    inputs: [x, column],
    outputs: [{ dtype, shape: [n!, 1] }],
    attributes: { axis: { int: 1 } },
    gradient: ([g]) => [
      graph.node({
        op: "ScatterElements",
        inputs: [zeros(x), column, g!],
        outputs: [{ dtype, shape: x.shape }],
        attributes: { axis: { int: 1 }, reduction: { string: "add" } },
      })[0]!,
      null,
    ],
  });
  return reshape(picked!, [n!]);
}

/**
 * One row of each batch entry: `x [batch, time, width]`, `index [batch]` → `[batch, width]`. No gradient flows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const hidden = graph.input("hidden", "float32", ["B", "S", 8]);
 * const last = graph.input("last", "int32", ["B"]);
 * assertEquals(pickTime(hidden, last).shape, ["B", 8]);
 * ```
 */
export function pickTime(x: Tensor, index: Tensor): Tensor {
  requireRank("GatherND", x, 3);
  requireInteger("GatherND", index);
  const [batch, , width] = x.shape;
  if (index.shape.length !== 1 || index.shape[0] !== batch) {
    throw graphError("GatherND", "one index an entry is needed", [x, index]);
  }
  return x.graph.node({
    op: "GatherND",
    inputs: [x, toInt64(reshape(index, [batch!, 1]))],
    outputs: [{ dtype: x.dtype, shape: [batch!, width!] }],
    attributes: { batch_dims: { int: 1 } },
  })[0]!;
}
