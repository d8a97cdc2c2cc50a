/** @file Log-probabilities of given completions, without gradients. */
import { Graph } from "../engine/graph.ts";
import { type AnyTensor, HostTensor } from "../engine/ort/ort.ts";
import { Program } from "../engine/program.ts";
import { BatchTensors, compiledShape, shapeKey } from "./batch_tensors.ts";
import type { PolicyConfig } from "./config.ts";
import { weightInputs } from "./decoder.ts";
import { type DeviceWeights, residentInputs } from "./device/weights.ts";
import { packedLogProbs } from "./log_probs.ts";
import type { PackedBatch } from "./packing.ts";
import type { Weights } from "./weights.ts";

/** Settings of a {@link Scorer}. */
export interface ScorerOptions {
  /** Logits are divided by it. */
  readonly temperature: number;
  /** Threads that an operator may use. */
  readonly threads: number;
  /** The weights on a device, which then does all of it; without, the processor does. */
  readonly resident?: DeviceWeights;
}

/**
 * Scores packed batches with weights as they are at the time. One graph is compiled for each shape, and kept.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { parsePolicyConfig } from "./config_json.ts";
 * import { pack } from "./packing.ts";
 * import { randomWeights } from "./weights.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * using scorer = new Scorer(config, randomWeights(config, 1, 0.02), { temperature: 1, threads: 1 });
 * const [batch] = pack([{ prompt: [3], completions: [{ tokens: [4, 5], tag: 0 }] }], { maxTokens: 32 });
 * const logProbs = await scorer.score(batch!);
 * assert(logProbs.length === 2 && logProbs.every((logProb) => logProb < 0));
 * ```
 */
export class Scorer implements Disposable {
  readonly #config: PolicyConfig;
  readonly #weights: Weights;
  readonly #options: ScorerOptions;
  readonly #compiled = new Map<string, {
    tensors: BatchTensors;
    logProbs: HostTensor<"float32">;
    program: Program;
    binding: ReturnType<Program["bind"]>;
  }>();

  /** The weights, and those on a device, stay the caller's. */
  constructor(config: PolicyConfig, weights: Weights, options: ScorerOptions) {
    this.#config = config;
    this.#weights = weights;
    this.#options = options;
  }

  /** Log-probability of each entry of the batch. */
  async score(batch: PackedBatch<unknown>): Promise<Float32Array> {
    const shape = compiledShape(batch);
    let compiled = this.#compiled.get(shapeKey(shape));
    if (!compiled) {
      const graph = new Graph();
      const { temperature, threads, resident } = this.#options;
      const symbols = resident
        ? residentInputs(graph, resident)
        : weightInputs(graph, this.#config);
      graph.output("logProbs", packedLogProbs(graph, this.#config, symbols, shape, temperature));
      const provider = resident?.device.provider ?? "cpu";
      const program = new Program(graph, { threads, provider });
      const tensors = new BatchTensors(shape, []);
      const logProbs = HostTensor.zeros("float32", [shape.entries]);
      const inputs = {
        ...Object.fromEntries<AnyTensor>(resident?.forProducts() ?? this.#weights),
        ...tensors.inputs,
      };
      compiled = { tensors, logProbs, program, binding: program.bind(inputs, { logProbs }) };
      this.#compiled.set(shapeKey(shape), compiled);
    }
    compiled.tensors.fill(batch, {});
    this.#options.resident?.forProducts(); // as they are now
    await compiled.binding.runAsync();
    return compiled.logProbs.data.slice(0, batch.labels.length);
  }

  /** Releases the compiled graphs. */
  [Symbol.dispose](): void {
    for (const { tensors, logProbs, program, binding } of this.#compiled.values()) {
      for (const held of [binding, program, tensors, logProbs]) held[Symbol.dispose]();
    }
    this.#compiled.clear();
  }
}
