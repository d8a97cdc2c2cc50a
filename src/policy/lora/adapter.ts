/** @file An adapter in memory: its matrices, the weights that it is added to, and the sum of the two. */
import { Graph, type Tensor } from "../../engine/graph.ts";
import { add, concat, matmul, split } from "../../engine/ops/mod.ts";
import { type Binding, HostTensor } from "../../engine/ort/ort.ts";
import { Program } from "../../engine/program.ts";
import { Rng } from "../../random/rng.ts";
import type { PolicyConfig } from "../config.ts";
import type { Weights } from "../weights.ts";
import { adapterShapes, type AdapterSlot, adapterSlots, type LoraConfig } from "./config.ts";

/**
 * An adapter of a policy's weights. It keeps a copy of the matrices that it adapts; the policy's own become their sum with the
 * update whenever {@link merge} is called, so that whatever decodes or scores knows nothing of adapters.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "../config_json.ts";
 * import { randomWeights } from "../weights.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const weights = randomWeights(config, 1, 0.02);
 * const before = weights.get("layers.0.out")!.data.slice();
 * const lora = { rank: 2, alpha: 4, dropout: 0, targetModules: ["o_proj"] } as const;
 * using adapter = Adapter.fresh(config, lora, weights, 1);
 * adapter.merge();
 * assertEquals(weights.get("layers.0.out")!.data, before); // B is zero at first
 * adapter.tensors.get("model.layers.0.self_attn.o_proj/B")!.data.fill(1);
 * adapter.merge();
 * assertEquals(weights.get("layers.0.out")!.data === before, false);
 * assertEquals(adapter.base.get("layers.0.out")!.data, before);
 * ```
 */
export class Adapter implements Disposable {
  /** Its settings. */
  readonly lora: LoraConfig;
  /** Its matrices, by the names of `adapterShapes`. */
  readonly tensors: Weights;
  /** All of the policy's weights without the update: copies of what is adapted, and the policy's own tensors of the rest. */
  readonly base: Weights;
  readonly #copies: readonly HostTensor<"float32">[];
  readonly #program: Program;
  readonly #binding: Binding;

  /** Takes the matrices over; the weights stay the caller's, and are written by {@link merge}. */
  constructor(config: PolicyConfig, lora: LoraConfig, weights: Weights, tensors: Weights) {
    this.lora = lora;
    this.tensors = tensors;
    const slots = adapterSlots(config, lora.targetModules);
    const adapted = new Map(Map.groupBy(slots, ({ parameter }) => parameter));
    const base = new Map(weights);
    for (const name of adapted.keys()) {
      const { shape, data } = weights.get(name)!;
      base.set(name, new HostTensor("float32", shape, data.slice()));
    }
    this.base = base;
    this.#copies = [...adapted.keys()].map((name) => base.get(name)!);
    const graph = new Graph();
    const symbols = new Map(
      [...tensors].map(([name, { shape }]) => [name, graph.input(name, "float32", shape)]),
    );
    for (const [name, own] of adapted) {
      const matrix = graph.input(`base/${name}`, "float32", base.get(name)!.shape);
      graph.output(`merged/${name}`, merged(matrix, own, symbols, lora));
    }
    // Merging is bound by memory, which one thread nearly fills.
    this.#program = new Program(graph, { threads: 1 });
    const state = (prefix: string, of: Weights) =>
      Object.fromEntries([...adapted.keys()].map((name) => [prefix + name, of.get(name)!]));
    this.#binding = this.#program.bind(
      { ...Object.fromEntries(tensors), ...state("base/", base) },
      state("merged/", weights),
    );
  }

  /**
   * An adapter that changes nothing yet: `A` uniform within `1 / √inputs`, which is PEFT's default, and `B` zero.
   *
   * @param seed Of the random matrices.
   */
  static fresh(config: PolicyConfig, lora: LoraConfig, weights: Weights, seed: number): Adapter {
    const rng = new Rng(seed, "adapter");
    const shapes = adapterShapes(adapterSlots(config, lora.targetModules), lora.rank);
    const tensors = new Map(shapes.map(({ name, shape }) => {
      const tensor = HostTensor.zeros("float32", shape);
      if (name.endsWith("/A")) {
        const bound = 1 / Math.sqrt(shape[0]!);
        for (let i = 0; i < tensor.data.length; i++) {
          tensor.data[i] = bound * (2 * rng.next() - 1);
        }
      }
      return [name, tensor];
    }));
    return new Adapter(config, lora, weights, tensors);
  }

  /** Writes the weights with the update into the policy's. */
  merge(): void {
    this.#binding.run();
  }

  /** Releases everything but the policy's weights. */
  [Symbol.dispose](): void {
    this.#binding[Symbol.dispose]();
    this.#program[Symbol.dispose]();
    for (const tensor of [...this.tensors.values(), ...this.#copies]) tensor[Symbol.dispose]();
  }
}

/** A matrix with the updates of its projections. */
function merged(
  matrix: Tensor,
  slots: readonly AdapterSlot[],
  symbols: ReadonlyMap<string, Tensor>,
  { rank, alpha }: LoraConfig,
): Tensor {
  const columns = Number(matrix.shape[1]);
  const cuts = [...new Set([0, columns, ...slots.flatMap((s) => [s.from, s.from + s.width])])]
    .sort((a, b) => a - b);
  const widths = cuts.slice(1).map((cut, i) => cut - cuts[i]!);
  const parts = widths.length === 1 ? [matrix] : split(matrix, 1, widths);
  const sums = parts.map((part, i) => {
    const slot = slots.find(({ from }) => from === cuts[i]);
    if (!slot) return part;
    const [a, b] = ["A", "B"].map((side) => symbols.get(`${slot.module}/${side}`)!);
    return add(part, matmul(a!, b!, { scale: alpha / rank }));
  });
  return sums.length === 1 ? sums[0]! : concat(sums, 1);
}
