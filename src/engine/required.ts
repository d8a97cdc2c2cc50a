/** @file Which nodes of a graph its outputs need. */
import type { Graph, Node, Tensor } from "./graph.ts";

/**
 * The nodes that some output of the graph depends on, in the order of evaluation; all others are never run.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "./graph.ts";
 * import { exp, neg } from "./ops/mod.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [2]);
 * const y = exp(x);
 * neg(x); // nothing needs it
 * graph.output("y", y);
 * assertEquals(requiredNodes(graph).map((node) => node.op), ["Exp"]);
 * ```
 */
export function requiredNodes(graph: Pick<Graph, "nodes" | "outputs">): Node[] {
  return nodesBefore(graph.nodes, graph.outputs.map((o) => o.tensor));
}

/**
 * The nodes, of a list in the order of evaluation, that any of the tensors depends on.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "./graph.ts";
 * import { exp } from "./ops/pointwise.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [2]);
 * const y = exp(exp(x));
 * assertEquals(nodesBefore(graph.nodes, [y]).length, 2);
 * assertEquals(nodesBefore(graph.nodes, [x]), []);
 * ```
 */
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
