/** @file Reverse-mode differentiation: adds to a graph the nodes that compute gradients. */
import { allocate } from "./dtype.ts";
import { GraphError, type Tensor } from "./graph.ts";
import { add } from "./ops/arithmetic.ts";
import { sizeOf } from "./shape.ts";

/**
 * Gradients of the sum of `of` with respect to each tensor of `wrt`, which keep their shapes.
 *
 * @param seed The gradient that enters at `of`, of its shape; ones by default.
 * @returns A tensor for each of `wrt`, in order.
 * @throws {GraphError} where no gradient reaches one of them.
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
  const collected = new Map<Tensor, Tensor[]>();
  const ones = () => {
    const data = allocate(of.dtype === "float64" ? "float64" : "float32", sizeOf(of.shape)).fill(1);
    return graph.constant(of.dtype, of.shape, data);
  };
  collected.set(of, [seed ?? ones()]);

  const total = (tensor: Tensor): Tensor | null => {
    const parts = collected.get(tensor);
    if (!parts) return null;
    const sum = parts.reduce((a, b) => add(a, b));
    collected.set(tensor, [sum]);
    return sum;
  };

  // Nodes stand in the order of evaluation, so going backwards meets each one after all that use its results.
  for (const node of [...graph.nodes].reverse()) {
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

  return wrt.map((tensor) => {
    const gradient = total(tensor);
    if (!gradient) {
      throw new GraphError("gradients", `no gradient reaches ${tensor.name}`, [of, tensor]);
    }
    return gradient;
  });
}
