/** @file Reverse-mode differentiation: adds to a graph the nodes that compute gradients. */
import { allocate } from "./dtype.ts";
import type { Node, Tensor } from "./graph.ts";
import { add } from "./ops/arithmetic.ts";
import { graphError, requireFixed, requireFloats } from "./ops/check.ts";
import { nodesBefore } from "./required.ts";
import { sameShape, sizeOf } from "./shape.ts";

/** Nodes that computed gradients. Rules of compound operators leave out how those depend on the operands. */
const backward = new WeakSet<Node>();

/**
 * Whether a node was made by {@link gradients}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "./graph.ts";
 * import { exp } from "./ops/pointwise.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [3]);
 * gradients(exp(x), [x]);
 * assertEquals(graph.nodes.map((node) => [node.op, isBackward(node)]), [["Exp", false], ["Mul", true]]);
 * ```
 */
export function isBackward(node: Node): boolean {
  return backward.has(node);
}

/**
 * Gradients of the sum of `of` with respect to each tensor of `wrt`, which keep their shapes. First derivatives only.
 *
 * @param of What to differentiate, of a floating type and fixed size.
 * @param wrt Inputs of the graph, or results on the way from them to `of`.
 * @param seed The gradient that enters at `of`, of its shape; ones by default.
 * @returns A tensor for each of `wrt`, in order.
 * @throws {GraphError} where no gradient reaches one of them, where the seed does not match, and where `of` itself
 * depends on gradients.
 *
 * @example
 * ```ts
 * import { Graph } from "./graph.ts";
 * import { mul } from "./ops/arithmetic.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [3]);
 * const [dx] = gradients(mul(x, x), [x]); // 2 x
 * graph.output("dx", dx!);
 * ```
 */
export function gradients(of: Tensor, wrt: readonly Tensor[], seed?: Tensor): Tensor[] {
  const graph = of.graph;
  requireFloats("gradients", of, ...(seed ? [seed] : []));
  if (seed && !sameShape(seed.shape, of.shape)) {
    throw graphError("gradients", "the seed is not of the shape of what is differentiated", [
      of,
      seed,
    ]);
  }
  const nodes = nodesBefore(graph.nodes, [of]);
  if (nodes.some((node) => backward.has(node))) {
    throw graphError("gradients", "second derivatives are not supported", [of]);
  }
  const collected = new Map<Tensor, Tensor[]>();
  const ones = () => {
    const size = sizeOf(requireFixed("gradients", of));
    const data = allocate(of.dtype === "float64" ? "float64" : "float32", size).fill(1);
    return graph.constant(of.dtype, of.shape, data);
  };
  collected.set(of, [seed ?? ones()]);
  const forwardNodes = graph.nodes.length;

  const total = (tensor: Tensor): Tensor | null => {
    const parts = collected.get(tensor);
    if (!parts) return null;
    const sum = parts.reduce((a, b) => add(a, b));
    collected.set(tensor, [sum]);
    return sum;
  };

  // Nodes stand in the order of evaluation, so going backwards meets each one after all that use its results.
  for (const node of nodes.reverse()) {
    const rule = node.gradient;
    if (!rule) continue;
    graph.scope(`gradient of ${node.name}`, () => {
      const outputs = node.outputs.map(total);
      if (outputs.every((g) => g === null)) return;
      const found = rule(outputs);
      node.wrt.forEach((tensor, i) => {
        const gradient = found[i] ?? null;
        if (!tensor?.differentiable || !gradient) return;
        collected.set(tensor, [...(collected.get(tensor) ?? []), gradient]);
      });
    });
  }

  const found = wrt.map((tensor) => {
    const gradient = total(tensor);
    if (!gradient) {
      throw graphError("gradients", `no gradient reaches ${tensor.name}`, [of, tensor]);
    }
    return gradient;
  });
  for (const node of graph.nodes.slice(forwardNodes)) backward.add(node);
  return found;
}
