/** @file A graph, compiled: runs by the names of its inputs and outputs, with shapes and types checked. */
import type { Graph, Tensor } from "./graph.ts";
import { encodeModel, outsideConstants } from "./onnx/encode.ts";
import { requireInPlace } from "./in_place.ts";
import {
  type AnyTensor,
  Binding,
  DeviceTensor,
  HostTensor,
  OrtError,
  type Provider,
  Session,
} from "./ort/ort.ts";
import { lowerForWebGpu } from "./onnx/webgpu_lowering.ts";
import { formatShape } from "./shape.ts";
import { nodesWithoutKernel } from "./without_kernel.ts";

/** Tensors by name. */
export type Tensors = Readonly<Record<string, AnyTensor>>;

/**
 * A compiled graph.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "./graph.ts";
 * import { add } from "./ops/arithmetic.ts";
 * import { HostTensor } from "./ort/ort.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [2]);
 * graph.output("doubled", add(x, x));
 * using program = new Program(graph, { threads: 1 });
 * using input = new HostTensor("float32", [2], Float32Array.of(1, 2));
 * using output = HostTensor.zeros("float32", [2]);
 * using binding = program.bind({ x: input }, { doubled: output });
 * binding.run();
 * assertEquals([...output.data], [2, 4]);
 * ```
 */
export class Program implements Disposable {
  readonly #session: Session;
  readonly #graph: Pick<Graph, "inputs" | "nodes" | "outputs">;
  /** Pairs of input and output that were found fit to share memory. */
  readonly #inPlace = new Set<string>();
  readonly #inputs: ReadonlyMap<string, Tensor>;
  readonly #outputs: ReadonlyMap<string, Tensor>;

  /**
   * Compiles a graph.
   *
   * @param declared What to compute; later changes to it have no effect. The arrays of large constants (1 MiB) are used where they are: they must
   * not change while the program lives.
   * @param options.threads Threads that an operator may use.
   * @param options.provider What computes; the processor by default. On a device all of the graph runs there.
   * @throws {OrtError} where the runtime has no kernel for a node, naming it.
   */
  constructor(
    declared: Graph,
    options: { readonly threads: number; readonly provider?: Provider },
  ) {
    const { provider = "cpu" } = options;
    const graph = provider === "webgpu" ? lowerForWebGpu(declared) : declared;
    this.#inputs = new Map(graph.inputs.map((t) => [t.name, t]));
    this.#outputs = new Map(graph.outputs.map((o) => [o.name, o.tensor]));
    const { inputs, nodes, outputs } = graph;
    this.#graph = { inputs: [...inputs], nodes: [...nodes], outputs: [...outputs] };
    const constants = new Map(
      outsideConstants(graph).map(({ tensor: { name, dtype, shape }, data }) => [
        name,
        new HostTensor(dtype, shape.map(Number), data),
      ]),
    );
    const model = encodeModel(graph, { outside: true });
    try {
      this.#session = new Session(model, options.threads, constants, provider);
    } catch (error) {
      for (const constant of constants.values()) constant[Symbol.dispose]();
      if (provider === "cpu" || !(error instanceof OrtError)) throw error;
      const names = nodesWithoutKernel(graph, provider).map(({ name }) => name);
      if (names.length === 0) throw error;
      throw new OrtError(`${provider} has no kernel for ${names.join(", ")}: ${error.message}`);
    }
  }

  /**
   * Binds a tensor to every input and output. The binding stays valid while the tensors do; running it again reads
   * what they hold then.
   *
   * An input and an output in the same memory are updated in place.
   *
   * @throws {TypeError} for a missing, unknown, ill-shaped or ill-typed tensor, and for an output whose memory overlaps
   * another output's, or a part of an input's.
   * @throws {GraphError} for an update in place that could overwrite what is still to be read.
   */
  bind(inputs: Tensors, outputs: Tensors): Binding {
    const sizes = new Map<string, number>();
    const read = match("input", this.#inputs, inputs, sizes);
    const written = match("output", this.#outputs, outputs, sizes);
    this.#checkSharing(inputs, outputs);
    return new Binding(this.#session, read, written);
  }

  #checkSharing(inputs: Tensors, outputs: Tensors): void {
    const byBuffer = new Map<object, { role: string; name: string; tensor: AnyTensor }[]>();
    for (const [role, tensors] of Object.entries({ input: inputs, output: outputs })) {
      for (const [name, tensor] of Object.entries(tensors)) {
        // Tensors on a device share no memory with each other.
        const memory = tensor instanceof DeviceTensor ? tensor : tensor.data.buffer;
        const others = byBuffer.get(memory) ?? [];
        byBuffer.set(memory, others);
        if (role === "output") {
          for (const other of others.filter((other) => overlap(other.tensor, tensor))) {
            if (other.role === "output" || !sameMemory(other.tensor, tensor)) {
              throw new TypeError(`output ${name} overlaps ${other.role} ${other.name}`);
            }
            this.#checkInPlace(other.name, name);
          }
        }
        others.push({ role, name, tensor });
      }
    }
  }

  #checkInPlace(input: string, output: string): void {
    const pair = `${input}\0${output}`;
    if (this.#inPlace.has(pair)) return;
    requireInPlace(this.#graph, this.#inputs.get(input)!, this.#outputs.get(output)!);
    this.#inPlace.add(pair);
  }

  /** Gives the compiled model back; its bindings are of no use any more. */
  [Symbol.dispose](): void {
    this.#session[Symbol.dispose]();
  }
}

function overlap(a: AnyTensor, b: AnyTensor): boolean {
  if (a instanceof DeviceTensor || b instanceof DeviceTensor) return a === b;
  const [{ data: x }, { data: y }] = [a, b];
  return x.byteOffset < y.byteOffset + y.byteLength && y.byteOffset < x.byteOffset + x.byteLength;
}

function sameMemory(a: AnyTensor, b: AnyTensor): boolean {
  if (a instanceof DeviceTensor || b instanceof DeviceTensor) return a === b;
  const [{ data: x }, { data: y }] = [a, b];
  return x.byteOffset === y.byteOffset && x.byteLength === y.byteLength;
}

function match(
  role: string,
  declared: ReadonlyMap<string, Tensor>,
  given: Tensors,
  sizes: Map<string, number>,
): Map<string, AnyTensor> {
  for (const name of Object.keys(given)) {
    if (!declared.has(name)) throw new TypeError(`the graph has no ${role} ${name}`);
  }
  const matched = new Map<string, AnyTensor>();
  for (const [name, expected] of declared) {
    const tensor = given[name];
    if (!tensor) throw new TypeError(`${role} ${name} is missing`);
    const fits = tensor.shape.length === expected.shape.length &&
      expected.shape.every((dim, i) => {
        const size = tensor.shape[i]!;
        if (typeof dim === "number") return dim === size;
        if (!sizes.has(dim)) sizes.set(dim, size);
        return sizes.get(dim) === size;
      });
    if (!fits || tensor.dtype !== expected.dtype) {
      throw new TypeError(
        `${role} ${name}: expected ${expected.dtype}${formatShape(expected.shape)}, ` +
          `found ${tensor.dtype}${formatShape(tensor.shape)}`,
      );
    }
    matched.set(expected.name, tensor);
  }
  return matched;
}
