/** @file Keys and values of the continuations that are still written, moved together on the device, with room for more tokens. */
import type { Device } from "../../engine/device.ts";
import { Graph, type Tensor } from "../../engine/graph.ts";
import { viewAs } from "../../engine/ops/mod.ts";
import { type DeviceTensor, HostTensor } from "../../engine/ort/ort.ts";
import { Program, type Tensors } from "../../engine/program.ts";
import type { PolicyConfig } from "../config.ts";
import { cacheNames } from "../kv_cache.ts";
import type { Precision } from "./weights.ts";

/** Keys and values by name: `keys/<layer>` and `values/<layer>`. */
export type DeviceCaches = Readonly<Record<string, DeviceTensor>>;

/**
 * Two graphs over the caches of all layers: one that picks prompts, `[R, kvHeads, P, headDim]`, and one that picks continuations,
 * `[R, kvHeads, G, T, headDim]`, and puts zeros behind their tokens. What is made is the caller's.
 *
 * @ignore Internal: `DeviceDecoder` is what uses it.
 */
export class Regrouping implements Disposable {
  readonly #config: PolicyConfig;
  readonly #device: Device;
  readonly #held = new DisposableStack();
  readonly #prompts: Program;
  readonly #own: Program;

  /** Compiles the graphs, for caches of this type. */
  constructor(config: PolicyConfig, device: Device, dtype: Precision) {
    this.#config = config;
    this.#device = device;
    const { kvHeads, headDim } = config;
    const each = (graph: Graph, shape: Tensor["shape"], make: (x: Tensor) => Tensor) => {
      for (const name of cacheNames(config)) {
        graph.output(`${name}/next`, make(graph.input(name, dtype, shape)));
      }
      const { provider } = device;
      return this.#held.use(new Program(graph, { threads: 1, provider }));
    };
    const ofPrompts = new Graph();
    const chosen = ofPrompts.input("chosen", "int32", ["N"]);
    this.#prompts = each(
      ofPrompts,
      ["R", kvHeads, "P", headDim],
      (x) => rowsOf(x, chosen, ["N", kvHeads, "P", headDim]),
    );
    const ofOwn = new Graph();
    const rows = ofOwn.input("rows", "int32", ["N"]);
    const flat = ofOwn.input("flat", "int64", [2]);
    const grouped = ofOwn.input("grouped", "int64", [5]);
    const room = ofOwn.input("room", "int64", [10]);
    this.#own = each(ofOwn, ["R", kvHeads, "G", "T", headDim], (x) => {
      const picked = rowsOf(viewAs(x, flat, ["M", "L"]), rows, ["N", "L"]);
      const shape = ["R2", kvHeads, "G2", "T", headDim];
      return ofOwn.node({
        op: "Pad",
        inputs: [viewAs(picked, grouped, shape), room],
        outputs: [{ dtype, shape: ["R2", kvHeads, "G2", "T2", headDim] }],
        attributes: { mode: { string: "constant" } },
      })[0]!;
    });
  }

  /** The caches of some prompts, by their places. */
  prompts(from: DeviceCaches, places: readonly number[]): DeviceCaches {
    using chosen = new HostTensor("int32", [places.length], Int32Array.from(places));
    const [, ...rest] = from["keys/0"]!.shape;
    return this.#run(this.#prompts, from, { chosen }, [places.length, ...rest]);
  }

  /**
   * The caches of some continuations.
   *
   * @param places For each prompt that is left, its place and those of its continuations that are left.
   * @param capacity Tokens to have room for, at least as many as there is room for already.
   */
  own(
    from: DeviceCaches,
    places: readonly { readonly prompt: number; readonly rows: readonly number[] }[],
    capacity: number,
  ): DeviceCaches {
    const { kvHeads, headDim } = this.#config;
    const [prompts, , count, room] = from["keys/0"]!.shape as [number, number, number, number];
    const most = Math.max(...places.map(({ rows }) => rows.length));
    // A place that no row takes is filled with the first row of all, which nobody reads.
    const index = places.flatMap(({ prompt, rows }) =>
      Array.from({ length: kvHeads }, (_, head) =>
        Array.from({ length: most }, (_, at) => {
          const row = rows[at];
          return row === undefined ? 0 : (prompt * kvHeads + head) * count + row;
        })).flat()
    );
    using held = new DisposableStack();
    const sizes = (...values: number[]) =>
      held.use(new HostTensor("int64", [values.length], BigInt64Array.from(values, BigInt)));
    const inputs = {
      rows: held.use(new HostTensor("int32", [index.length], Int32Array.from(index))),
      flat: sizes(prompts * kvHeads * count, room * headDim),
      grouped: sizes(places.length, kvHeads, most, room, headDim),
      room: sizes(0, 0, 0, 0, 0, 0, 0, 0, capacity - room, 0),
    };
    const shape = [places.length, kvHeads, most, capacity, headDim];
    return this.#run(this.#own, from, inputs, shape);
  }

  #run(
    program: Program,
    from: DeviceCaches,
    inputs: Tensors,
    shape: readonly number[],
  ): DeviceCaches {
    const made = Object.entries(from).map(([name, { dtype }]) =>
      [name, this.#device.allocate(dtype, shape)] as const
    );
    const outputs = made.map(([name, tensor]) => [`${name}/next`, tensor]);
    using binding = program.bind({ ...from, ...inputs }, Object.fromEntries(outputs));
    binding.run();
    return Object.fromEntries(made);
  }

  /** Releases the graphs. */
  [Symbol.dispose](): void {
    this.#held[Symbol.dispose]();
  }
}

function rowsOf(x: Tensor, places: Tensor, shape: Tensor["shape"]): Tensor {
  return x.graph.node({
    op: "Gather",
    inputs: [x, places],
    outputs: [{ dtype: x.dtype, shape }],
    attributes: { axis: { int: 0 } },
  })[0]!;
}
