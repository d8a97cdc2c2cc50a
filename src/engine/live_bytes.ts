/** @file How much memory a graph's intermediate tensors take, found without running it. */
import { bytesOf } from "./dtype.ts";
import type { Graph, Node, Tensor } from "./graph.ts";
import { requiredNodes } from "./required.ts";
import { sizeOf } from "./shape.ts";

/** Operators whose result is another view of their first operand's memory. */
const VIEWS = new Set(["Identity", "Reshape", "Squeeze", "Unsqueeze"]);

/** Operators that write into an operand of the same size where nothing reads it later. */
const REUSING = new Set([
  "Add",
  "Div",
  "Exp",
  "Mul",
  "Neg",
  "ScatterElements",
  "Sigmoid",
  "Softmax",
  "Sqrt",
  "Sub",
]);

/** What is alive when most is. */
export interface LiveBytes {
  /** Bytes of all of it. */
  readonly total: number;
  /** The tensors that hold memory of their own then, with their bytes. */
  readonly tensors: ReadonlyMap<Tensor, number>;
}

/**
 * The most bytes that the tensors between a graph's inputs and outputs take at once, its nodes run in the order in which they
 * stand: a tensor lives from the node that makes it to the last that reads it. Inputs, outputs and constants are bound from outside
 * and do not count. Shapes must be fixed. The runtime may order nodes otherwise and fuse them, so this is an estimate.
 *
 * @throws {TypeError} for a shape that is not fixed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "./graph.ts";
 * import { matmul } from "./ops/matmul.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [8, 8]);
 * graph.output("y", matmul(matmul(x, x), x));
 * assertEquals(liveBytes(graph).total, 8 * 8 * 4); // the first product; the second is the output
 * ```
 */
export function liveBytes(graph: Pick<Graph, "nodes" | "outputs">): LiveBytes {
  const nodes = requiredNodes(graph);
  const bound = new Set(graph.outputs.map(({ tensor }) => tensor));
  /** The tensor whose memory a tensor is in. */
  const owner = new Map<Tensor, Tensor>();
  const ownerOf = (tensor: Tensor) => owner.get(tensor) ?? tensor;
  for (const { op, inputs: [first], outputs: [made] } of nodes) {
    if (VIEWS.has(op) && first && made && !bound.has(made)) owner.set(made, ownerOf(first));
  }
  const lastRead = new Map<Tensor, Node>();
  for (const node of nodes) {
    for (const t of node.inputs) if (t) lastRead.set(ownerOf(t), node);
  }
  const live = new Map<Tensor, number>();
  let total = 0;
  let most: LiveBytes = { total: 0, tensors: new Map() };
  const drop = (tensor: Tensor) => {
    total -= live.get(tensor)!;
    live.delete(tensor);
  };
  for (const node of nodes) {
    const dying = new Set(node.inputs.flatMap((t) => {
      const held = t && ownerOf(t);
      return held && live.has(held) && lastRead.get(held) === node ? [held] : [];
    }));
    for (const made of node.outputs) {
      if (bound.has(made) || owner.has(made)) continue;
      const bytes = sizeOf(made.shape) * bytesOf(made.dtype);
      const reused = REUSING.has(node.op)
        ? [...dying].find((tensor) => live.get(tensor) === bytes)
        : undefined;
      if (reused) {
        dying.delete(reused);
        drop(reused);
      }
      live.set(made, bytes);
      total += bytes;
    }
    if (total > most.total) most = { total, tensors: new Map(live) };
    for (const tensor of dying) drop(tensor);
    for (const made of node.outputs) if (live.has(made) && !lastRead.has(made)) drop(made);
  }
  return most;
}
