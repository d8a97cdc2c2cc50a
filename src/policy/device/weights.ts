/** @file A policy's weights on a device. */
import type { Device } from "../../engine/device.ts";
import { Graph, type Tensor } from "../../engine/graph.ts";
import { cast } from "../../engine/ops/mod.ts";
import { type Binding, type DeviceTensor, HostTensor } from "../../engine/ort/ort.ts";
import { Program } from "../../engine/program.ts";
import { isLowered } from "../decoder.ts";
import type { Weights } from "../weights.ts";

/** What products are computed in; the rest is float32 in either case. */
export type Precision = "float32" | "float16";

/**
 * A copy of a policy's weights on a device, in float32; for products in float16, with the rounded matrices beside them.
 *
 * @example
 * ```ts ignore
 * using device = new Device("webgpu");
 * using resident = new DeviceWeights(device, policy.weights);
 * using generator = new Generator(policy.config, policy.weights, { threads: 1, maxRows: 64, resident });
 * ```
 */
export class DeviceWeights implements Disposable {
  /** The device. */
  readonly device: Device;
  /** In float32, by their names in the engine's layout. */
  readonly weights: ReadonlyMap<string, DeviceTensor<"float32">>;
  /** What products are computed in. */
  readonly precision: Precision;
  readonly #of: Weights;
  readonly #held = new DisposableStack();
  #rounded: Rounded | null = null;
  /** Whether they were changed since they were brought back. */
  #newer = false;

  /** Copies the weights, which stay the caller's. */
  constructor(device: Device, weights: Weights, precision: Precision = "float32") {
    this.device = device;
    this.precision = precision;
    this.#of = weights;
    this.weights = new Map(
      [...weights].map(([name, tensor]) => [name, this.#held.use(device.upload(tensor))]),
    );
  }

  /** What graphs read as weights, as they are now: bound once, it is up to date again after each call. */
  forProducts(): ReadonlyMap<string, DeviceTensor> {
    if (this.precision === "float32") return this.weights;
    this.#rounded ??= this.#held.use(new Rounded(this.device, this.weights));
    return this.#rounded.current();
  }

  /** An update was made. */
  changed(): void {
    this.#newer = true;
    this.#rounded?.outdate();
  }

  /** This process's weights, to the device. */
  upload(): void {
    for (const [name, tensor] of this.weights) this.device.write(this.#of.get(name)!, tensor);
    this.#rounded?.outdate();
    this.#newer = false;
  }

  /** What was trained, to this process's weights. */
  bringBack(): void {
    if (!this.#newer) return;
    for (const [name, tensor] of this.weights) this.device.download(tensor, this.#of.get(name)!);
    this.#newer = false;
  }

  /** Copies of tensors on the device in this process's memory. */
  copyOf(tensors: ReadonlyMap<string, DeviceTensor<"float32">>): Weights {
    return new Map([...tensors].map(([name, tensor]) => {
      const copy = HostTensor.zeros("float32", tensor.shape);
      this.device.download(tensor, copy);
      return [name, copy];
    }));
  }

  /** Releases the copy. */
  [Symbol.dispose](): void {
    this.#newer = false; // there is nothing left to bring back
    this.#held[Symbol.dispose]();
  }
}

/**
 * Adds an input for every weight that a graph on a device reads; returns them by name.
 *
 * @ignore Internal: what computes with {@link DeviceWeights} uses it.
 */
export function residentInputs(
  graph: Graph,
  resident: DeviceWeights,
): ReadonlyMap<string, Tensor> {
  return new Map(
    [...resident.forProducts()].map(([name, { dtype, shape }]) => [
      name,
      graph.input(name, dtype, shape, { frozen: true }),
    ]),
  );
}

/** Matrices in float16 beside the norms and the embedding that they are made from. */
class Rounded implements Disposable {
  readonly #all: ReadonlyMap<string, DeviceTensor>;
  readonly #held = new DisposableStack();
  readonly #round: Binding;
  #current = false;

  constructor(device: Device, weights: ReadonlyMap<string, DeviceTensor<"float32">>) {
    const graph = new Graph();
    const made = new Map<string, DeviceTensor>();
    const read = new Map<string, DeviceTensor>();
    for (const [name, tensor] of weights) {
      // Where the two are tied, logits are made with a copy of the embedding.
      const tied = name === "embedding" && !weights.has("head");
      if (!isLowered(name) && !tied) continue;
      const target = tied ? "tied" : name;
      graph.output(
        `${target}/rounded`,
        cast(graph.input(name, "float32", tensor.shape), "float16"),
      );
      read.set(name, tensor);
      made.set(target, this.#held.use(device.allocate("float16", tensor.shape)));
    }
    const { provider } = device;
    const program = this.#held.use(new Program(graph, { threads: 1, provider }));
    const outputs = [...made].map(([name, tensor]) => [`${name}/rounded`, tensor]);
    this.#round = this.#held.use(
      program.bind(Object.fromEntries(read), Object.fromEntries(outputs)),
    );
    this.#all = new Map([...weights, ...made]);
  }

  /** The next time they are read, they are made anew. */
  outdate(): void {
    this.#current = false;
  }

  current(): ReadonlyMap<string, DeviceTensor> {
    if (!this.#current) this.#round.run();
    this.#current = true;
    return this.#all;
  }

  [Symbol.dispose](): void {
    this.#held[Symbol.dispose]();
  }
}
