/** @file Activation recomputation: the backward pass makes anew what the forward pass need not keep. */
import { isBackward } from "./autodiff.ts";
import type { Graph, Node, Tensor } from "./graph.ts";
import { delayed, zeroAfter } from "./ops/order.ts";
import { requiredNodes } from "./required.ts";

/** Operators that would give other numbers the second time. */
const RANDOM = new Set(["Dropout"]);

/**
 * Rewrites a graph whose gradients and outputs are there: of each segment of the forward pass only what later segments read is
 * kept, and the rest is computed again when the backward pass comes to it (Chen et al., arXiv 1604.06174, section 3). Gradients stay the same to the bit,
 * for one more forward pass of the segments.
 *
 * @param graph Changed in place.
 * @param segmentOf Names a forward node's segment; null for a node whose results are kept.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gradients } from "./autodiff.ts";
 * import { Graph } from "./graph.ts";
 * import { exp } from "./ops/pointwise.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [3]);
 * const y = graph.scope("block", () => exp(exp(x)));
 * graph.output("dx", gradients(exp(y), [x])[0]!);
 * const before = graph.nodes.filter(({ op }) => op === "Exp").length;
 * recompute(graph, (node) => node.name.startsWith("block/") ? "block" : null);
 * // The inner exponential is made twice; the outer one is what the rest reads, and is kept.
 * assertEquals(graph.nodes.filter(({ op }) => op === "Exp").length, before + 1);
 * ```
 */
export function recompute(graph: Graph, segmentOf: (node: Node) => string | null): void {
  const required = new Set(requiredNodes(graph));
  const maker = new Map<Tensor, Node>();
  const segment = new Map<Node, string>();
  for (const node of graph.nodes) {
    for (const made of node.outputs) maker.set(made, node);
    const name = isBackward(node) ? null : segmentOf(node);
    if (name !== null) segment.set(node, name);
  }
  const within = (tensor: Tensor) => {
    const node = maker.get(tensor);
    return node && segment.get(node);
  };
  // Later segments, what is computed outside of segments, and whoever runs the graph read these.
  const kept = new Set(graph.outputs.map(({ tensor }) => tensor));
  for (const node of graph.nodes) {
    if (isBackward(node)) continue;
    for (const input of node.inputs) {
      if (input && within(input) !== segment.get(node)) kept.add(input);
    }
  }
  // Intermediate results of compound operators carry no gradient themselves. What depends on no input that does is shared by all.
  const varying = new Set<Tensor | null>(graph.inputs.filter((input) => input.differentiable));
  for (const node of graph.nodes) {
    if (node.inputs.some((input) => varying.has(input))) {
      for (const output of node.outputs) varying.add(output);
    }
  }
  const again = (tensor: Tensor) =>
    varying.has(tensor) && !kept.has(tensor) && within(tensor) !== undefined &&
    !RANDOM.has(maker.get(tensor)!.op);

  // A segment's gradients that are added up at the end: the next segment waits for them too, or they would hold what they are made of.
  const endings = new Set(graph.outputs.flatMap(({ tensor }) => maker.get(tensor)?.inputs ?? []));
  const remade = new Map<Tensor, Tensor>();
  const zeros = new Map<string, Tensor>();
  const arrived = new Map<string, Tensor>();
  const given = new Set(graph.inputs);
  let latest: Tensor | undefined;
  let waiting: Tensor[] = [];
  const made: Node[] = [];

  /** What `build` adds to the graph, taken to the place that is being filled. */
  const inPlace = <T>(build: () => T): T => {
    const from = graph.nodes.length;
    const result = graph.scope("recomputed", build);
    made.push(...graph.nodes.splice(from));
    return result;
  };
  const remake = (tensor: Tensor): Tensor => {
    const known = remade.get(tensor);
    if (known) return known;
    const node = maker.get(tensor)!;
    const name = segment.get(node)!;
    const inputs = node.inputs.map((input) =>
      input && again(input) && within(input) === name ? remake(input) : input
    );
    // What stands on something made again is late already; else one operand is, rather an activation than a weight.
    if (inputs.every((input, i) => input === node.inputs[i])) {
      const can = inputs.map((input) => input !== null && varying.has(input));
      const activation = inputs.findIndex((input, i) => can[i] && !given.has(input!));
      const at = activation >= 0 ? activation : can.indexOf(true);
      inputs[at] = arrive(inputs[at]!, name);
    }
    const outputs = inPlace(() =>
      graph.node({
        op: node.op,
        domain: node.domain,
        inputs,
        outputs: node.outputs.map(({ dtype, shape }) => ({ dtype, shape })),
        attributes: node.attributes,
      })
    );
    node.outputs.forEach((output, i) => remade.set(output, outputs[i]!));
    return remade.get(tensor)!;
  };
  /** A kept tensor, but not before the backward pass has come to the segment. */
  const arrive = (tensor: Tensor, name: string): Tensor => {
    const key = `${name}\0${tensor.name}`;
    const known = arrived.get(key);
    if (known) return known;
    const zero = zeros.get(name) ?? inPlace(() => zeroAfter([latest!, ...waiting]));
    if (!zeros.has(name)) waiting = [];
    zeros.set(name, zero);
    const late = inPlace(() => delayed(tensor, zero));
    arrived.set(key, late);
    return late;
  };
  for (const node of [...graph.nodes]) {
    if (!isBackward(node) || !required.has(node)) {
      made.push(node);
      continue;
    }
    const inputs = node.inputs.map((input) =>
      input && latest && again(input) ? remake(input) : input
    );
    made.push({ ...node, inputs });
    for (const output of node.outputs) {
      if (!output.dtype.startsWith("float")) continue;
      latest = output;
      if (endings.has(output)) waiting.push(output);
    }
  }
  graph.nodes.splice(0, graph.nodes.length, ...made);
}
