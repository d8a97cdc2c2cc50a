/** @file A graph as an ONNX model (field numbers from onnx.proto). */
import { ONNX_TYPE } from "../dtype.ts";
import type { Attribute, Constant, Graph, Node, Tensor } from "../graph.ts";
import { requiredNodes } from "../required.ts";
import { MessageWriter } from "./protobuf.ts";

/** `IR_VERSION` 10, which goes with operator set 23. */
const IR_VERSION = 10;
/** ONNX operator set that the operators of this engine are written for. */
const OPSET = 23;

/** Constants of at least this many bytes stay out of a model: it may be 2 GiB at most, and would be copied several times over. */
const OUTSIDE_BYTES = 2 ** 20;

/**
 * The constants that {@link encodeModel} leaves to be handed over beside the model when `outside` is set: the large ones, of those that
 * an output needs.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 * import { add } from "../ops/arithmetic.ts";
 *
 * const graph = new Graph();
 * const large = graph.constant("float32", [2 ** 18], new Float32Array(2 ** 18));
 * const small = graph.constant("float32", [1], new Float32Array(1));
 * graph.output("y", add(large, small));
 * assertEquals(outsideConstants(graph).map(({ tensor }) => tensor), [large]);
 * ```
 */
export function outsideConstants(graph: Graph): Constant[] {
  const read = new Set(requiredNodes(graph).flatMap((node) => node.inputs));
  return graph.constants.filter(({ tensor, data }) =>
    data.byteLength >= OUTSIDE_BYTES && read.has(tensor)
  );
}

/**
 * The graph as the bytes of an ONNX `ModelProto`. What no output needs is left out.
 *
 * @param options.outside Whether the elements of {@link outsideConstants} are left out: whoever compiles the model hands them over. Default
 * false.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * graph.output("y", graph.input("x", "float32", [2]));
 * assert(encodeModel(graph).length > 0);
 * ```
 */
export function encodeModel(
  graph: Graph,
  { outside = false }: { readonly outside?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const left = new Set(outside ? outsideConstants(graph) : []);
  const nodes = requiredNodes(graph);
  const read = new Set(nodes.flatMap((node) => node.inputs));
  const body = new MessageWriter();
  for (const node of nodes) body.message(1, encodeNode(node));
  body.string(2, "stepwise");
  for (const constant of graph.constants) {
    if (read.has(constant.tensor)) body.message(5, encodeConstant(constant, left.has(constant)));
  }
  for (const input of graph.inputs) body.message(11, encodeValueInfo(input.name, input));
  for (const { tensor } of graph.outputs) body.message(12, encodeValueInfo(tensor.name, tensor));
  return new MessageWriter()
    .int(1, IR_VERSION)
    .string(2, "stepwise")
    .message(7, body)
    .message(8, new MessageWriter().string(1, "").int(2, OPSET))
    .message(8, new MessageWriter().string(1, "com.microsoft").int(2, 1))
    .finish();
}

function encodeNode(node: Node): MessageWriter {
  const message = new MessageWriter();
  for (const input of node.inputs) message.string(1, input?.name ?? "");
  for (const output of node.outputs) message.string(2, output.name);
  message.string(3, node.name).string(4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    message.message(5, encodeAttribute(name, value));
  }
  return message.string(7, node.domain);
}

function encodeAttribute(name: string, value: Attribute): MessageWriter {
  const message = new MessageWriter().string(1, name);
  if ("int" in value) return message.int(3, value.int).int(20, 2);
  if ("float" in value) return message.float(2, value.float).int(20, 1);
  if ("string" in value) return message.string(4, value.string).int(20, 3);
  for (const item of value.ints) message.int(8, item);
  return message.int(20, 7);
}

function encodeConstant({ tensor, data }: Constant, outside: boolean): MessageWriter {
  const message = new MessageWriter();
  for (const dim of tensor.shape) message.int(1, Number(dim));
  message.int(2, ONNX_TYPE[tensor.dtype]).string(8, tensor.name);
  if (outside) {
    // data_location EXTERNAL; no file of this name is ever opened.
    const location = new MessageWriter().string(1, "location").string(2, tensor.name);
    return message.message(13, location).int(14, 1);
  }
  return message.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function encodeValueInfo(name: string, tensor: Tensor): MessageWriter {
  const shape = new MessageWriter();
  for (const dim of tensor.shape) {
    const entry = new MessageWriter();
    shape.message(1, typeof dim === "number" ? entry.int(1, dim) : entry.string(2, dim));
  }
  const type = new MessageWriter().int(1, ONNX_TYPE[tensor.dtype]).message(2, shape);
  return new MessageWriter().string(1, name).message(2, new MessageWriter().message(1, type));
}
