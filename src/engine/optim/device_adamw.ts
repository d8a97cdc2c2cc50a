/** @file AdamW where parameters, gradients and moments lie in a device's memory. */
import type { Device } from "../device.ts";
import { Graph, type Tensor } from "../graph.ts";
import { add, sumOfSquares, where } from "../ops/mod.ts";
import { type Binding, type DeviceTensor, HostTensor } from "../ort/ort.ts";
import { Program } from "../program.ts";
import { type AdamWOptions, addUpdate, type Scalars, stepScalars } from "./adamw.ts";

/** Parameters, gradients or moments by name. */
export type DeviceParameters = ReadonlyMap<string, DeviceTensor<"float32">>;

/** Names of the numbers of a step. */
const SCALARS = [
  "toFirst",
  "toSecond",
  "rate",
  "epsilon",
  "decay",
] as const satisfies readonly (keyof Scalars)[];

/**
 * The optimiser of `AdamW`, with everything but the numbers of a step on the device: three graphs over all parameters, for the gradient's
 * norm, the update and the zeroing of gradients. Only the norm comes back.
 *
 * @example
 * ```ts ignore
 * using device = new Device("webgpu");
 * using w = device.upload(new HostTensor("float32", [2], Float32Array.of(1, 1)));
 * using optimizer = new DeviceAdamW(device, new Map([["w", w]]), options);
 * // … add to optimizer.gradients …
 * await optimizer.step(0.1);
 * ```
 */
export class DeviceAdamW implements Disposable {
  /** Gradients accumulated since the last step, of the parameters' shapes. */
  readonly gradients: DeviceParameters;
  /** Running means of gradients and of their squares: `first/<name>` and `second/<name>`. */
  readonly moments: DeviceParameters;
  readonly #device: Device;
  readonly #options: AdamWOptions;
  readonly #held = new DisposableStack();
  readonly #scalars: Readonly<Record<keyof Scalars, HostTensor<"float32">>>;
  readonly #square: HostTensor<"float32">;
  readonly #norm: Binding;
  readonly #update: Binding;
  readonly #clear: Binding;
  #steps = 0;

  /** Compiles the update of `parameters`, which stay the caller's. */
  constructor(device: Device, parameters: DeviceParameters, options: AdamWOptions) {
    this.#device = device;
    this.#options = options;
    const held = this.#held;
    const like = (prefix: string) =>
      [...parameters].map(([name, { shape }]) =>
        [`${prefix}${name}`, held.use(device.zeros("float32", shape))] as const
      );
    this.gradients = new Map(like(""));
    this.moments = new Map([...like("first/"), ...like("second/")]);
    const scalar = () => held.use(HostTensor.zeros("float32", []));
    this.#square = scalar();
    this.#scalars = {
      ...{ toFirst: scalar(), toSecond: scalar(), rate: scalar(), epsilon: scalar() },
      decay: scalar(),
    };
    const compiled = (graph: Graph) =>
      held.use(new Program(graph, { threads: options.threads, provider: device.provider }));
    const gradients = prefixed("gradient/", this.gradients);
    const state = { ...prefixed("parameter/", parameters), ...prefixed("", this.moments) };
    this.#norm = held.use(
      compiled(normGraph(parameters)).bind(gradients, { square: this.#square }),
    );
    this.#update = held.use(
      compiled(updateGraph(parameters, options)).bind(
        { ...gradients, ...state, ...this.#scalars },
        next(state),
      ),
    );
    this.#clear = held.use(compiled(clearGraph(parameters)).bind(gradients, next(gradients)));
  }

  /** Updates made so far. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * Goes on where another optimiser of the same parameters was.
   *
   * @param steps Its `steps`.
   * @param moments Numbers of its `moments`, by their names.
   * @throws {RangeError} where one is missing, or has another length.
   */
  restore(steps: number, moments: ReadonlyMap<string, Float32Array>): void {
    for (const [name, { shape }] of this.moments) {
      const size = shape.reduce((a, b) => a * b, 1);
      const found = moments.get(name)?.length ?? "none";
      if (found !== size) {
        throw new RangeError(`moment ${name}: expected ${size} numbers, found ${found}`);
      }
    }
    for (const [name, tensor] of this.moments) {
      using saved = new HostTensor("float32", tensor.shape, Float32Array.from(moments.get(name)!));
      this.#device.write(saved, tensor);
    }
    this.#steps = steps;
  }

  /**
   * One update; gradients are zero afterwards.
   *
   * @returns The global gradient norm before clipping.
   * @throws {RangeError} where the norm is not finite; nothing was changed then.
   */
  async step(learningRate: number): Promise<number> {
    const norm = await this.#normOf();
    if (!Number.isFinite(norm)) {
      throw new RangeError(`update ${this.#steps + 1}: the gradient norm is ${norm}`);
    }
    await this.#take(norm, learningRate);
    return norm;
  }

  /** As {@link step}, but gradients that are not finite only become zero: null. */
  async stepUnlessOverflown(learningRate: number): Promise<number | null> {
    const norm = await this.#normOf();
    if (Number.isFinite(norm)) await this.#take(norm, learningRate);
    else await this.#clear.runAsync();
    return Number.isFinite(norm) ? norm : null;
  }

  async #normOf(): Promise<number> {
    await this.#norm.runAsync();
    return Math.sqrt(this.#square.data[0]!);
  }

  async #take(norm: number, learningRate: number): Promise<void> {
    this.#steps++;
    const values = stepScalars(this.#options, this.#steps, norm, learningRate);
    for (const name of SCALARS) this.#scalars[name].data[0] = values[name];
    await this.#update.runAsync();
    await this.#clear.runAsync();
  }

  /** Releases everything but the parameters. */
  [Symbol.dispose](): void {
    this.#held[Symbol.dispose]();
  }
}

function prefixed(prefix: string, tensors: DeviceParameters): Record<string, DeviceTensor> {
  return Object.fromEntries([...tensors].map(([name, tensor]) => [`${prefix}${name}`, tensor]));
}

/** Outputs in the place of inputs. */
function next(tensors: Readonly<Record<string, DeviceTensor>>): Record<string, DeviceTensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, t]) => [`${name}/next`, t]));
}

function normGraph(parameters: DeviceParameters): Graph {
  const graph = new Graph();
  const squares = [...parameters].map(([name, { shape }]) =>
    sumOfSquares(graph.input(`gradient/${name}`, "float32", shape))
  );
  graph.output("square", squares.reduce(add));
  return graph;
}

function updateGraph(parameters: DeviceParameters, options: AdamWOptions): Graph {
  const graph = new Graph();
  const scalars = Object.fromEntries(
    SCALARS.map((name) => [name, graph.input(name, "float32", [])]),
  ) as Record<keyof Scalars, Tensor>;
  for (const [name, { shape }] of parameters) {
    const input = (key: string) => graph.input(`${key}/${name}`, "float32", shape);
    const state = {
      ...{ parameter: input("parameter"), gradient: input("gradient") },
      ...{ first: input("first"), second: input("second") },
    };
    // Vectors (norm weights, biases) do not decay.
    const own = shape.length > 1 ? options : { ...options, weightDecay: 0 };
    const updated = addUpdate(own, state, scalars);
    for (const [key, tensor] of Object.entries(updated)) {
      graph.output(`${key}/${name}/next`, tensor);
    }
  }
  return graph;
}

/** Zeros in the place of gradients, which may be infinite: of those no product is 0. */
function clearGraph(parameters: DeviceParameters): Graph {
  const graph = new Graph();
  const never = graph.constant("bool", [1], Uint8Array.of(0));
  const zero = graph.scalar("float32", 0);
  for (const [name, { shape }] of parameters) {
    const gradient = graph.input(`gradient/${name}`, "float32", shape);
    graph.output(`gradient/${name}/next`, where(never, gradient, zero));
  }
  return graph;
}
