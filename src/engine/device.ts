/** @file A GPU: its memory, and copies to and from it. */
import { allocate, type DType } from "./dtype.ts";
import { Graph } from "./graph.ts";
import { encodeModel } from "./onnx/encode.ts";
import {
  type AnyTensor,
  Binding,
  DeviceMemory,
  type DeviceTensor,
  HostTensor,
  Session,
} from "./ort/ort.ts";
import type { Provider } from "./ort/ort.ts";

/** Names of a copying graph's two ends; the output has that of the node that makes it. */
const [FROM, TO] = ["from", "Identity_0"];
/** The same of a graph that makes zeros, behind its constant. */
const FILLED = "Expand_1";

/**
 * A GPU's memory through one of ONNX Runtime's providers. Tensors in it are bound as those in this process's memory are, and a tensor
 * bound to an input and to an output is updated in place; one in this process's memory would be copied there and back.
 *
 * @example
 * ```ts ignore
 * using device = new Device("webgpu");
 * using x = device.upload(new HostTensor("float32", [2], Float32Array.of(1, 2)));
 * using back = HostTensor.zeros("float32", [2]);
 * device.download(x, back); // back.data is [1, 2]
 * ```
 */
export class Device implements Disposable {
  /** What computes on it. */
  readonly provider: Exclude<Provider, "cpu">;
  readonly #held = new DisposableStack();
  readonly #memory: DeviceMemory;
  readonly #sessions = new Map<string, Session>();

  /**
   * Opens the first device that the provider finds.
   *
   * @throws {OrtError} where the library lacks the provider, or the provider finds no device.
   */
  constructor(provider: Exclude<Provider, "cpu">) {
    this.provider = provider;
    // Only a session hands out its device's memory.
    this.#memory = this.#held.use(new DeviceMemory(this.#copyOf("float32", 1)));
  }

  /** Memory for a tensor; its elements are whatever stood there. */
  allocate<D extends DType>(dtype: D, shape: readonly number[]): DeviceTensor<D> {
    return this.#memory.allocate(dtype, shape);
  }

  /** A tensor of zeros, which are made on the device. */
  zeros<D extends DType>(dtype: D, shape: readonly number[]): DeviceTensor<D> {
    const made = this.allocate(dtype, shape);
    try {
      using sizes = new HostTensor("int64", [shape.length], BigInt64Array.from(shape, BigInt));
      const inputs = new Map([[FROM!, sizes]]);
      using binding = new Binding(
        this.#zerosOf(dtype, shape.length),
        inputs,
        new Map([[FILLED, made]]),
      );
      binding.run();
      return made;
    } catch (error) {
      made[Symbol.dispose]();
      throw error;
    }
  }

  /** A copy on the device. */
  upload<D extends DType>(from: HostTensor<D>): DeviceTensor<D> {
    const made = this.allocate(from.dtype, from.shape);
    try {
      this.write(from, made);
      return made;
    } catch (error) {
      made[Symbol.dispose]();
      throw error;
    }
  }

  /** Writes the elements of a tensor over those of one on the device. */
  write<D extends DType>(from: HostTensor<D>, to: DeviceTensor<D>): void {
    this.#copy(from, to);
  }

  /** Reads the elements of a tensor on the device. */
  download<D extends DType>(from: DeviceTensor<D>, to: HostTensor<D>): void {
    this.#copy(from, to);
  }

  #copy(from: AnyTensor, to: AnyTensor): void {
    if (from.dtype !== to.dtype || `${from.shape}` !== `${to.shape}`) {
      throw new TypeError(
        `cannot copy ${from.dtype}[${from.shape}] to ${to.dtype}[${to.shape}]`,
      );
    }
    const session = this.#copyOf(from.dtype, from.shape.length);
    using binding = new Binding(session, new Map([[FROM!, from]]), new Map([[TO!, to]]));
    binding.run();
  }

  /** A session that makes zeros of one type and rank. */
  #zerosOf(dtype: DType, rank: number): Session {
    return this.#session(`zeros ${dtype} ${rank}`, (graph) => {
      const sizes = graph.input(FROM!, "int64", [rank]);
      const shape = Array.from({ length: rank }, (_, axis) => `d${axis}`);
      const zero = graph.constant(dtype, [], allocate(dtype, 1));
      const [made] = graph.node({
        op: "Expand",
        inputs: [zero, sizes],
        outputs: [{ dtype, shape }],
      });
      graph.output(FILLED, made!);
    });
  }

  /** A session that copies tensors of one type and rank. */
  #copyOf(dtype: DType, rank: number): Session {
    return this.#session(`copy ${dtype} ${rank}`, (graph) => {
      const shape = Array.from({ length: rank }, (_, axis) => `d${axis}`);
      graph.output(TO!, graph.input(FROM!, dtype, shape));
    });
  }

  /** Compiled once. */
  #session(key: string, build: (graph: Graph) => void): Session {
    let session = this.#sessions.get(key);
    if (!session) {
      const graph = new Graph();
      build(graph);
      session = this.#held.use(new Session(encodeModel(graph), 1, new Map(), this.provider));
      this.#sessions.set(key, session);
    }
    return session;
  }

  /**
   * Gives the device back.
   *
   * @throws {TypeError} while a tensor lies in its memory.
   */
  [Symbol.dispose](): void {
    this.#held[Symbol.dispose]();
  }
}
