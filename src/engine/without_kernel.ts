/** @file Which nodes a device's provider cannot run: the runtime only says that there are some. */
import { Graph, type Node, type Tensor } from "./graph.ts";
import { encodeModel } from "./onnx/encode.ts";
import { OrtError, type Provider, Session } from "./ort/ort.ts";
import { requiredNodes } from "./required.ts";

/**
 * The nodes of a graph that cannot be compiled for a device when they stand alone, in the order of evaluation.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "./graph.ts";
 *
 * assertEquals(nodesWithoutKernel(new Graph(), "webgpu"), []);
 * ```
 */
export function nodesWithoutKernel(graph: Graph, provider: Exclude<Provider, "cpu">): Node[] {
  const constants = new Map(graph.constants.map(({ tensor, data }) => [tensor, data]));
  // Equal operators on equal types fare alike, and are compiled once.
  const known = new Map<string, boolean>();
  return requiredNodes(graph).filter((node) => {
    const key = JSON.stringify([
      node.op,
      node.attributes,
      node.inputs.map((t) => t && [t.dtype, t.shape.length, constants.has(t)]),
    ]);
    if (!known.has(key)) known.set(key, compiles(node, constants, provider));
    return !known.get(key);
  });
}

function compiles(
  node: Node,
  constants: ReadonlyMap<Tensor, Graph["constants"][number]["data"]>,
  provider: Provider,
): boolean {
  const alone = new Graph();
  const operands = new Map<Tensor, Tensor>();
  for (const input of node.inputs) {
    if (!input || operands.has(input)) continue;
    const { name, dtype, shape } = input;
    const data = constants.get(input);
    operands.set(
      input,
      data ? alone.constant(dtype, shape, data) : alone.input(name, dtype, shape),
    );
  }
  const { op, domain, attributes, outputs } = node;
  const inputs = node.inputs.map((input) => input && operands.get(input)!);
  const made = alone.node({ op, domain, attributes, inputs, outputs });
  made.forEach((output, i) => alone.output(`y${i}`, output));
  try {
    new Session(encodeModel(alone), 1, new Map(), provider)[Symbol.dispose]();
    return true;
  } catch (error) {
    if (!(error instanceof OrtError)) throw error;
    return false;
  }
}
