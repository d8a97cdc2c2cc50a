/** @file A gradient taken apart into what is added up in it, so that a running sum can take it without the whole in between. */
import type { Node, Tensor } from "./graph.ts";
import { type RowUpdate, rowUpdateOf } from "./ops/gather.ts";
import { sameShape } from "./shape.ts";

/** A gradient of some consecutive rows, i.e. indices of the first dimension. */
export interface GradientSpan {
  /** First row. */
  readonly from: number;
  /** Row behind the last. */
  readonly to: number;
  /** The gradient of these rows. */
  readonly gradient: Tensor;
}

/** What adds up to a gradient. */
export interface GradientParts {
  /** Gradients of rows that do not overlap; rows that none of them has get nothing. */
  readonly spans: readonly GradientSpan[];
  /** Rows picked from a table, whose gradients come on top. */
  readonly updates: readonly RowUpdate[];
}

/**
 * The parts of a gradient of fixed size and at least one dimension. A table that rows were picked from, and that the logits of a
 * large vocabulary were made with, has a gradient that is a concatenation plus a few rows: with the parts of the
 * concatenation and the rows, no tensor of the table's size is needed. Any other gradient is one span.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gradients } from "./autodiff.ts";
 * import { Graph } from "./graph.ts";
 * import { add, gatherRows, linearLogProb } from "./ops/mod.ts";
 *
 * const graph = new Graph();
 * const table = graph.input("table", "float32", [40, 8]);
 * const ids = graph.input("ids", "int32", [5]);
 * const x = linearLogProb(gatherRows(table, ids), table, ids, { scale: 1, chunk: 32 });
 * const { spans, updates } = gradientParts(gradients(x, [table])[0]!);
 * assertEquals(spans.map(({ from, to }) => [from, to]), [[0, 32], [32, 40]]);
 * assertEquals(updates.length, 1);
 * ```
 */
export function gradientParts(gradient: Tensor): GradientParts {
  const makers = new Map<Tensor, Node>();
  for (const node of gradient.graph.nodes) {
    for (const made of node.outputs) makers.set(made, node);
  }
  const updates: RowUpdate[] = [];
  const others: Tensor[] = [];
  const visit = (term: Tensor) => {
    const update = rowUpdateOf(term);
    const maker = makers.get(term);
    const operands = maker?.inputs.filter((t) => t !== null) ?? [];
    if (update) updates.push(update);
    else if (maker?.op === "Add" && operands.every((t) => sameShape(t.shape, term.shape))) {
      operands.forEach(visit);
    } else others.push(term);
  };
  visit(gradient);
  const [first, second] = others;
  if (second) return { spans: [whole(gradient)], updates: [] };
  return { spans: first ? slices(first, makers.get(first)) : [], updates };
}

const whole = (gradient: Tensor): GradientSpan => ({
  from: 0,
  to: Number(gradient.shape[0]),
  gradient,
});

/** The operands of a concatenation of rows, or all as one. */
function slices(gradient: Tensor, maker: Node | undefined): GradientSpan[] {
  const axis = maker?.attributes["axis"];
  if (maker?.op !== "Concat" || !axis || !("int" in axis) || axis.int !== 0) {
    return [whole(gradient)];
  }
  let from = 0;
  return maker.inputs.map((part) => {
    const to = from + Number(part!.shape[0]);
    const span = { from, to, gradient: part! };
    from = to;
    return span;
  });
}
