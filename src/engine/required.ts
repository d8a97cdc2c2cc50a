/** @file Which nodes of a graph its outputs need. */
import type { Graph, Node, Tensor } from "./graph.ts";

/** The nodes that some output of the graph depends on, in the order of evaluation; all others are never run. */
export function requiredNodes(graph: Pick<Graph, "nodes" | "outputs">): Node[] {
  return nodesBefore(graph.nodes, graph.outputs.map((o) => o.tensor));
}

/** The nodes, of a list in the order of evaluation, that any of the tensors depends on. */
export function nodesBefore(nodes: readonly Node[], tensors: readonly Tensor[]): Node[] {
  const wanted = new Set<Tensor | null>(tensors);
  const found: Node[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((t) => wanted.has(t))) continue;
    found.push(node);
    for (const input of node.inputs) wanted.add(input);
  }
  return found.reverse();
}
