/** @file Whether a result may be written into the memory of an input. */
import { type Graph, GraphError, type Node, type Tensor } from "./graph.ts";

/** Operators that read an element before they write the one in its place, or that know of the sharing. */
const IN_PLACE = new Set([
  "Add",
  "Div",
  "GroupQueryAttention",
  "Identity",
  "Min",
  "Mul",
  "Neg",
  "Sqrt",
  "Sub",
]);

/**
 * Fails unless every node that reads `input` has run when `output` is written. The runtime does not know that the two
 * share their memory and runs nodes in any order that their operands allow.
 */
export function requireInPlace(graph: Graph, input: Tensor, output: Tensor): void {
  const makers = new Map<Tensor, Node>();
  for (const node of graph.nodes) for (const t of node.outputs) makers.set(t, node);
  const writer = makers.get(output)!;
  const before = new Set<Node>([writer]);
  // A set is walked in the order of insertion, additions included.
  for (const node of before) {
    for (const t of node.inputs) {
      const maker = t && makers.get(t);
      if (maker) before.add(maker);
    }
  }
  for (const node of graph.nodes) {
    if (!node.inputs.includes(input)) continue;
    if (!before.has(node) || (node === writer && !IN_PLACE.has(node.op))) {
      throw new GraphError(
        "update in place",
        `${node.name} may read ${input.name} after ${writer.name} has overwritten it`,
        [input, output],
      );
    }
  }
}
