/** @file Whether a result may be written into the memory of an input. */
import { type Graph, GraphError, type Node, type Tensor } from "./graph.ts";
import { nodesBefore, requiredNodes } from "./required.ts";

/** Operators that read an element before they write the one in its place, or that know of the sharing. */
const IN_PLACE = new Set([
  "Add",
  "Div",
  "GroupQueryAttention",
  "Identity",
  "Min",
  "Mul",
  "Neg",
  "ScatterElements",
  "ScatterND",
  "Sqrt",
  "Sub",
  "Where",
]);

/** Those of them that only their first operand may share its memory with: they read the others as they go. */
const FIRST_OPERAND = new Set(["ScatterElements", "ScatterND"]);

/** Operators whose result may be the operand's own memory: the runtime makes views of them, or drops them. */
const VIEWS = new Set(["Cast", "Expand", "Identity", "Reshape", "Transpose"]);

/** Operators that the runtime drops where a constant operand makes them do nothing: `x · 1`, `x + 0`. */
const DROPPED_WITH_CONSTANT = new Set(["Add", "Div", "Mul", "Sub"]);

/**
 * Fails unless every node that reads `input` has run when `output` is written. The runtime does not know that the two
 * share their memory and runs nodes in any order that their operands allow.
 *
 * @throws {GraphError} naming the node that may read too late.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { Graph } from "./graph.ts";
 * import { exp, neg } from "./ops/mod.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [2]);
 * const next = neg(x);
 * graph.output("next", next);
 * requireInPlace(graph, x, next);
 * graph.output("late", exp(x));
 * assertThrows(() => requireInPlace(graph, x, next), Error, "Exp_1 may read x after Neg_0");
 * ```
 */
export function requireInPlace(
  graph: Pick<Graph, "inputs" | "nodes" | "outputs">,
  input: Tensor,
  output: Tensor,
): void {
  const nodes = requiredNodes(graph);
  const before = new Set(nodesBefore(nodes, [output]));
  const fed = new Set<Tensor | null>(graph.inputs);
  const shared = new Set<Tensor | null>([input]);
  const makers = new Map<Tensor, { node: Node; view: boolean }>();
  const readers: Node[] = [];
  for (const node of nodes) {
    const view = VIEWS.has(node.op) ||
      (DROPPED_WITH_CONSTANT.has(node.op) && !node.inputs.every((t) => fed.has(t)));
    const reads = node.inputs.some((t) => shared.has(t));
    if (reads) readers.push(node);
    for (const t of node.outputs) {
      makers.set(t, { node, view });
      if (node.inputs.some((t) => fed.has(t))) fed.add(t);
      if (reads && view) shared.add(t);
    }
  }
  const writers = new Set<Node>();
  // A set is walked in the order of insertion, additions included.
  const written = new Set<Tensor>([output]);
  for (const tensor of written) {
    const maker = makers.get(tensor);
    if (!maker) continue;
    writers.add(maker.node);
    if (maker.view) { for (const t of maker.node.inputs) if (t && fed.has(t)) written.add(t); }
  }
  for (const node of readers) {
    const other = FIRST_OPERAND.has(node.op) && node.inputs.slice(1).some((t) => shared.has(t));
    if (!before.has(node) || (writers.has(node) && (!IN_PLACE.has(node.op) || other))) {
      throw new GraphError(
        "update in place",
        `${node.name} may read ${input.name} after ${output.name} has overwritten it`,
        [input, output],
      );
    }
  }
}
