/** @file What ONNX Runtime's WebGPU provider has no kernel for, said by what it has. This is the one place that knows. */
import { type DType, ONNX_TYPE } from "../dtype.ts";
import { Graph, type Node, type Tensor } from "../graph.ts";
import { requiredNodes } from "../required.ts";
import type { Shape } from "../shape.ts";

/** Writes a node anew; its operands are those of the new graph. */
type Rule = (graph: Graph, node: Node, inputs: readonly (Tensor | null)[]) => Tensor[];

/**
 * The graph in operators that the provider runs, with the names and shapes of its inputs and outputs; nodes keep their scopes. Numbers
 * may differ in the last bits from those of the processor's fused kernels.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 * import { matmul } from "../ops/matmul.ts";
 *
 * const graph = new Graph();
 * const [a, b] = ["a", "b"].map((name) => graph.input(name, "float32", [2, 3, 3]));
 * graph.output("y", matmul(a!, b!, { transposeB: true, scale: 0.5 }));
 * const { nodes } = lowerForWebGpu(graph);
 * assertEquals(nodes.map(({ op }) => op), ["Transpose", "MatMul", "Mul"]);
 * ```
 */
export function lowerForWebGpu(graph: Graph): Graph {
  const lowered = new Graph();
  const known = new Map<Tensor, Tensor>();
  for (const input of graph.inputs) {
    known.set(input, lowered.input(input.name, input.dtype, input.shape));
  }
  for (const { tensor, data } of graph.constants) {
    known.set(tensor, lowered.constant(tensor.dtype, tensor.shape, data));
  }
  for (const node of requiredNodes(graph)) {
    const inputs = node.inputs.map((input) => input && known.get(input)!);
    const scope = node.name.slice(0, Math.max(0, node.name.lastIndexOf("/")));
    const build = () => (RULES[node.op] ?? copied)(lowered, node, inputs);
    const outputs = scope === "" ? build() : lowered.scope(scope, build);
    node.outputs.forEach((output, i) => known.set(output, outputs[i]!));
  }
  for (const { name, tensor } of graph.outputs) lowered.output(name, known.get(tensor)!);
  return lowered;
}

const copied: Rule = (graph, { op, domain, outputs, attributes }, inputs) =>
  graph.node({ op, domain, inputs, outputs, attributes });

const RULES: Readonly<Record<string, Rule>> = {
  /**
   * No kernel for the fused product: transposed copies, a plain product, and the factor. In float16 the factor comes first: the product
   * without it may be more than the type holds.
   */
  FusedMatMul(graph, { outputs: [made], attributes }, [a, b]) {
    const flag = (name: string) => {
      const value = attributes[name];
      return value !== undefined && "int" in value && value.int === 1;
    };
    const alpha = attributes["alpha"];
    const scale = alpha && "float" in alpha ? alpha.float : 1;
    const scaled = (x: Tensor) =>
      scale === 1 ? x : apply(graph, "Mul", [x, graph.scalar(x.dtype, scale)], x);
    const half = made!.dtype === "float16";
    const first = half ? scaled(a!) : a!;
    const left = flag("transA") ? transposed(first) : first;
    const right = flag("transB") ? transposed(b!) : b!;
    const product = apply(graph, "MatMul", [left, right], made!);
    return [half ? product : scaled(product)];
  },

  /**
   * The kernel writes the mean of `x` as its second result, and not the reciprocal root of the mean square that the way back reads: that
   * one is computed beside it, where something reads it.
   */
  SimplifiedLayerNormalization(graph, node, [x, weight]) {
    const { outputs: [made, root], attributes: { epsilon } } = node;
    const [normed] = graph.node({
      op: node.op,
      inputs: [x!, weight!],
      outputs: [made!],
      attributes: node.attributes,
    });
    if (!root) return [normed!];
    const [square] = graph.node({
      op: "ReduceMean",
      inputs: [apply(graph, "Mul", [x!, x!], x!), graph.integers([-1])],
      outputs: [root],
      attributes: { keepdims: { int: 1 } },
    });
    const shift = graph.scalar(root.dtype, epsilon && "float" in epsilon ? epsilon.float : 0);
    const inside = apply(graph, "Add", [square!, shift], root);
    return [normed!, apply(graph, "Reciprocal", [apply(graph, "Sqrt", [inside], root)], root)];
  },

  /**
   * The kernel adds what goes to one place in no fixed order, so that results differ from run to run. Rows that go to the same row of a
   * table are added up before, by a product, into the first of them; the others add 0, which is the same in any order.
   */
  ScatterElements(graph, node, [table, index, added]) {
    const { attributes: { axis, reduction }, outputs: [made] } = node;
    const adds = reduction && "string" in reduction && reduction.string === "add";
    const byRow = axis && "int" in axis && axis.int === 0 && table!.shape.length === 2;
    if (!adds || !byRow) return copied(graph, node, [table!, index!, added!]);
    const rows = combined(graph, index!, added!);
    const inputs = [table!, index!, rows];
    return graph.node({ ...node, inputs, outputs: [made!] });
  },

  /** No kernel: shifted by the maximum, as the kernels of others compute it. */
  LogSoftmax(graph, { outputs: [made] }, [x]) {
    const { dtype, shape } = made!;
    const column = { dtype, shape: [...shape.slice(0, -1), 1] };
    const last = graph.integers([-1]);
    const keep = { keepdims: { int: 1 } };
    const reduce = (op: string, of: Tensor) =>
      graph.node({ op, inputs: [of, last], outputs: [column], attributes: keep })[0]!;
    const shifted = apply(graph, "Sub", [x!, reduce("ReduceMax", x!)], made!);
    const sum = reduce("ReduceSum", apply(graph, "Exp", [shifted], made!));
    return [apply(graph, "Sub", [shifted, apply(graph, "Log", [sum], column)], made!)];
  },
};

/** Most numbers of a table of which rows go to the same place (128 MiB): what the weakest adapters let a kernel read. */
const PAIRS_AT_ONCE = 2 ** 25;

/** The sum of all rows of `added [n, width]` that have a row's index, in the first of them, and 0 in the others. */
function combined(graph: Graph, index: Tensor, added: Tensor): Tensor {
  const { dtype } = added;
  const [n, width] = added.shape.map(Number) as [number, number];
  const numbers = Int32Array.from({ length: n }, (_, i) => i);
  const column = slice(graph, index, 1, 0, 1);
  const across = graph.node({
    op: "Reshape",
    inputs: [column, graph.integers([1, n])],
    outputs: [{ dtype: index.dtype, shape: [1, n] }],
  })[0]!;
  const placesAcross = graph.constant("int32", [1, n], numbers);
  const block = Math.max(1, Math.floor(PAIRS_AT_ONCE / n));
  const parts = Array.from({ length: Math.ceil(n / block) }, (_, i) => {
    const [from, to] = [i * block, Math.min(n, (i + 1) * block)];
    const pairs = [to - from, n];
    const own = slice(graph, column, 0, from, to);
    const same = apply(graph, "Equal", [own, across], { dtype: "bool", shape: pairs });
    const places = graph.constant("int32", [to - from, 1], numbers.slice(from, to));
    const earlier = apply(graph, "Less", [placesAcross, places], { dtype: "bool", shape: pairs });
    const both = apply(graph, "And", [same, earlier], { dtype: "bool", shape: pairs });
    const asNumber = (x: Tensor) =>
      graph.node({
        op: "Cast",
        inputs: [x],
        outputs: [{ dtype, shape: x.shape }],
        attributes: { to: { int: ONNX_TYPE[dtype] } },
      })[0]!;
    const sums = apply(graph, "MatMul", [asNumber(same), added], {
      dtype,
      shape: [to - from, width],
    });
    const before = graph.node({
      op: "ReduceMax",
      inputs: [asNumber(both), graph.integers([1])],
      outputs: [{ dtype, shape: [to - from, 1] }],
      attributes: { keepdims: { int: 1 } },
    })[0]!;
    const first = apply(graph, "Sub", [graph.scalar(dtype, 1), before], before);
    return apply(graph, "Mul", [sums, first], sums);
  });
  if (parts.length === 1) return parts[0]!;
  return graph.node({
    op: "Concat",
    inputs: parts,
    outputs: [{ dtype, shape: [n, width] }],
    attributes: { axis: { int: 0 } },
  })[0]!;
}

/** Elements `from` to `to` of an axis of a matrix; there is no kernel that slices integers. */
function slice(graph: Graph, x: Tensor, axis: number, from: number, to: number): Tensor {
  const places = Int32Array.from({ length: to - from }, (_, i) => from + i);
  return graph.node({
    op: "Gather",
    inputs: [x, graph.constant("int32", [to - from], places)],
    outputs: [{ dtype: x.dtype, shape: x.shape.map((size, i) => i === axis ? to - from : size) }],
    attributes: { axis: { int: axis } },
  })[0]!;
}

function apply(
  graph: Graph,
  op: string,
  inputs: readonly Tensor[],
  { dtype, shape }: { readonly dtype: DType; readonly shape: Shape },
): Tensor {
  return graph.node({ op, inputs, outputs: [{ dtype, shape }] })[0]!;
}

/** The last two dimensions the other way round. */
function transposed(x: Tensor): Tensor {
  const axes = x.shape.map((_, i) => i);
  const order = [...axes.slice(0, -2), axes.length - 1, axes.length - 2];
  return x.graph.node({
    op: "Transpose",
    inputs: [x],
    outputs: [{ dtype: x.dtype, shape: order.map((axis) => x.shape[axis]!) }],
    attributes: { perm: { ints: order } },
  })[0]!;
}
