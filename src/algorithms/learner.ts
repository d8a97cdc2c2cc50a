/** @file Updates of a policy's weights: gradients over packed micro-batches, then one optimiser step. */
import { gradients } from "../engine/autodiff.ts";
import type { Device } from "../engine/device.ts";
import { Graph } from "../engine/graph.ts";
import { AdamW, type AdamWOptions } from "../engine/optim/adamw.ts";
import { DeviceAdamW } from "../engine/optim/device_adamw.ts";
import { type DeviceTensor, HostTensor } from "../engine/ort/ort.ts";
import { Program } from "../engine/program.ts";
import { recompute } from "../engine/recompute.ts";
import { InputError } from "../errors.ts";
import { BatchTensors, compiledShape, shapeKey } from "../policy/batch_tensors.ts";
import type { PolicyConfig } from "../policy/config.ts";
import type { DeviceWeights } from "../policy/device/weights.ts";
import { weightInputs } from "../policy/decoder.ts";
import { packedLogProbs, type PackedShape } from "../policy/log_probs.ts";
import { adaptedProjections } from "../policy/lora/adapted.ts";
import type { Adapter } from "../policy/lora/adapter.ts";
import type { LoraConfig } from "../policy/lora/config.ts";
import type { PackedBatch } from "../policy/packing.ts";
import type { Weights } from "../policy/weights.ts";
import { addLoss, type Objective, objectiveInputs } from "./objective.ts";
import { addToRunning, type RunningGradient, RunningSums } from "./running_gradients.ts";

/** Settings of a {@link Learner}. */
export interface LearnerOptions extends AdamWOptions {
  /** Logits are divided by it, as they were when the completions were sampled; 1 for likelihood. */
  readonly temperature: number;
  /** Whether the backward pass computes each layer's activations anew instead of keeping them. Default false. */
  readonly recompute?: boolean;
  /** Where weights, gradients and moments lie and are computed; this process's memory and the processor by default. */
  readonly device?: Device;
}

/** Where a learner is between two steps. */
export interface LearnerState {
  /** Optimiser steps made. */
  readonly steps: number;
  /** Micro-batches of each shape that were computed: draws of dropout depend on it. Empty where nothing is drawn. */
  readonly runs: Readonly<Record<string, number>>;
}

/** What one micro-batch gave. */
export interface MicroBatchResult {
  /** Its share of the loss. */
  readonly loss: number;
  /** Log-probability of each entry under the weights before the update. */
  readonly logProbs: Float32Array;
}

/**
 * Trains weights in place. For each shape of micro-batch one graph is compiled (forward pass, backward pass and the
 * addition to the running gradients) and kept.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { parsePolicyConfig } from "../policy/config_json.ts";
 * import { pack } from "../policy/packing.ts";
 * import { randomWeights } from "../policy/weights.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * using learner = new Learner(config, randomWeights(config, 1, 0.02), { kind: "likelihood" }, {
 *   betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1, temperature: 1, threads: 1,
 * });
 * const [batch] = pack([{ prompt: [3], completions: [{ tokens: [4, 5], tag: 0 }] }], { maxTokens: 32 });
 * const update = async () => {
 *   const { loss } = await learner.accumulate(batch!, { weights: [0.5, 0.5] });
 *   await learner.step(1e-2);
 *   return loss;
 * };
 * const first = await update();
 * assert(await update() < first);
 * ```
 */
export class Learner implements Disposable {
  readonly #config: PolicyConfig;
  readonly #weights: Weights;
  readonly #objective: Objective;
  readonly #options: LearnerOptions;
  readonly #optimizer: AdamW | DeviceAdamW;
  readonly #resident: Resident | null = null;
  readonly #compiled = new Map<string, Compiled>();
  readonly #adapter: Adapter | null;
  /** Micro-batches by shape; the runtime's dropout draws from its seed plus the number of times that its graph has run. */
  readonly #runs = new Map<string, number>();

  /**
   * The weights stay the caller's, and are updated in place. With an adapter of these weights it alone is trained: gradients and
   * optimiser state are its matrices', and each step merges it into the weights. On a device a copy of the weights is trained, which
   * {@link bringBack} copies to the weights.
   *
   * @throws {InputError} for an adapter on a device.
   */
  constructor(
    config: PolicyConfig,
    weights: Weights,
    objective: Objective,
    options: LearnerOptions,
    adapter: Adapter | null = null,
  ) {
    this.#config = config;
    this.#weights = adapter?.base ?? weights;
    this.#objective = objective;
    this.#options = options;
    this.#adapter = adapter;
    if (options.device) {
      if (adapter) {
        throw new InputError(
          'device: found "gpu"; expected "cpu": adapters are trained there alone',
        );
      }
      this.#resident = new Resident(options.device, weights, options);
      this.#optimizer = this.#resident.optimizer;
    } else {
      this.#optimizer = new AdamW(adapter?.tensors ?? weights, options);
    }
  }

  /** Adds the gradient of one micro-batch. `columns` has one number an entry for each of {@link objectiveInputs}. */
  async accumulate(
    batch: PackedBatch<unknown>,
    columns: Readonly<Record<string, ArrayLike<number>>>,
  ): Promise<MicroBatchResult> {
    const shape = compiledShape(batch);
    const key = shapeKey(shape);
    let compiled = this.#compiled.get(key);
    if (!compiled) {
      compiled = this.#compile(shape, this.#runs.get(key) ?? 0);
      this.#compiled.set(key, compiled);
    }
    compiled.tensors.fill(batch, columns);
    await compiled.binding.runAsync();
    await compiled.sums?.finish();
    if (this.#adapter?.lora.dropout) this.#runs.set(key, (this.#runs.get(key) ?? 0) + 1);
    return {
      loss: compiled.loss.data[0]!,
      logProbs: compiled.logProbs.data.slice(0, batch.labels.length),
    };
  }

  /** Applies the gradients added since the last step; returns their global norm before clipping. */
  async step(learningRate: number): Promise<number> {
    const norm = await this.#optimizer.step(learningRate);
    this.#adapter?.merge();
    this.#resident?.changed();
    return norm;
  }

  /** The weights on the device, which every step updates in place; null on the processor. */
  get resident(): DeviceWeights | null {
    return this.#resident;
  }

  /** Copies the weights on a device to those of this process, where a step has changed them since. */
  bringBack(): void {
    this.#resident?.bringBack();
  }

  #compile(shape: PackedShape, runs: number): Compiled {
    const optimizer = this.#optimizer;
    if (optimizer instanceof DeviceAdamW) {
      const { weights, device } = this.#resident!;
      return compileOn(
        device,
        this.#config,
        weights,
        optimizer.gradients,
        this.#objective,
        shape,
        this.#options,
      );
    }
    return compile(
      this.#config,
      this.#weights,
      optimizer.gradients,
      this.#objective,
      shape,
      this.#options,
      this.#adapter,
      runs,
    );
  }

  /** The gradients added since the last step, by the name of what is trained. */
  get gradients(): Weights {
    const optimizer = this.#optimizer;
    return optimizer instanceof DeviceAdamW
      ? this.#resident!.copyOf(optimizer.gradients)
      : optimizer.gradients;
  }

  /** Where it is between two steps, beside {@link moments} and what is trained. */
  get state(): LearnerState {
    return { steps: this.#optimizer.steps, runs: Object.fromEntries(this.#runs) };
  }

  /** The optimiser's running means, by name. */
  get moments(): Weights {
    const optimizer = this.#optimizer;
    return optimizer instanceof DeviceAdamW
      ? this.#resident!.copyOf(optimizer.moments)
      : optimizer.moments;
  }

  /**
   * Goes on where another learner with the same settings was; what is trained is set by the caller. Only before the first
   * micro-batch.
   *
   * @throws {RangeError} where a moment is missing or has another size.
   */
  restore({ steps, runs }: LearnerState, moments: ReadonlyMap<string, Float32Array>): void {
    this.#optimizer.restore(steps, moments);
    this.#resident?.upload();
    for (const [key, count] of Object.entries(runs)) this.#runs.set(key, count);
  }

  /** Releases everything but the weights and the adapter. */
  [Symbol.dispose](): void {
    for (const compiled of this.#compiled.values()) compiled.dispose();
    this.#compiled.clear();
    this.#optimizer[Symbol.dispose]();
    this.#resident?.[Symbol.dispose]();
  }
}

/** A copy of weights on a device, and its optimiser. */
class Resident implements DeviceWeights, Disposable {
  readonly optimizer: DeviceAdamW;
  /** By the weights' names. */
  readonly weights: ReadonlyMap<string, DeviceTensor<"float32">>;
  readonly #of: Weights;
  #newer = false;

  constructor(readonly device: Device, weights: Weights, options: AdamWOptions) {
    this.#of = weights;
    this.weights = new Map([...weights].map(([name, tensor]) => [name, device.upload(tensor)]));
    this.optimizer = new DeviceAdamW(device, this.weights, options);
  }

  /** The weights as they are now, to the device. */
  upload(): void {
    for (const [name, tensor] of this.weights) this.device.write(this.#of.get(name)!, tensor);
  }

  /** An update was made. */
  changed(): void {
    this.#newer = true;
  }

  /** What was trained, to the weights. */
  bringBack(): void {
    if (!this.#newer) return;
    for (const [name, tensor] of this.weights) this.device.download(tensor, this.#of.get(name)!);
    this.#newer = false;
  }

  /** Copies in this process's memory. */
  copyOf(tensors: ReadonlyMap<string, DeviceTensor<"float32">>): Weights {
    return new Map([...tensors].map(([name, tensor]) => {
      const copy = HostTensor.zeros("float32", tensor.shape);
      this.device.download(tensor, copy);
      return [name, copy];
    }));
  }

  [Symbol.dispose](): void {
    this.#newer = false; // there is nothing left to bring back
    for (const tensor of this.weights.values()) tensor[Symbol.dispose]();
  }
}

/** Where the draws of dropout begin; the matrices of a fresh adapter, not these, are what seeds are to vary. */
const DROPOUT_SEED = 1;

interface Compiled {
  readonly binding: ReturnType<Program["bind"]>;
  readonly tensors: BatchTensors;
  /** What is added behind the graph; on a device nothing is. */
  readonly sums: RunningSums | null;
  readonly loss: HostTensor<"float32">;
  readonly logProbs: HostTensor<"float32">;
  dispose(): void;
}

/** A graph of {@link trainingGraph}. */
export interface TrainingGraph {
  /** The graph. */
  readonly graph: Graph;
  /** How the gradients leave it. */
  readonly gradients: readonly RunningGradient[];
}

/**
 * The graph of one micro-batch: forward pass, backward pass, and the addition to the running gradients of every weight, or of
 * every matrix of an adapter (see {@link addToRunning}).
 *
 * @param options.whole Whether gradients leave it whole, as they must on a device. Default false.
 * @param runs How often another graph of this shape has run whose draws of dropout this one is to go on with.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "../policy/config_json.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const shape = { rows: 1, time: 32, entries: 8 };
 * const { graph } = trainingGraph(config, { kind: "likelihood" }, shape, { temperature: 1 });
 * const names = graph.outputs.map(({ name }) => name);
 * assertEquals(names.slice(0, 3), ["loss", "logProbs", "gradient/embedding/next"]);
 * ```
 */
export function trainingGraph(
  config: PolicyConfig,
  objective: Objective,
  shape: PackedShape,
  options: Pick<LearnerOptions, "temperature" | "recompute"> & { readonly whole?: boolean },
  lora: LoraConfig | null = null,
  runs = 0,
): TrainingGraph {
  const graph = new Graph();
  const weights = weightInputs(graph, config, { frozen: lora !== null });
  const adapted = lora ? adaptedProjections(graph, config, lora, DROPOUT_SEED + runs) : undefined;
  const logProbs = packedLogProbs(graph, config, weights, shape, options.temperature, adapted);
  const loss = addLoss(graph, objective, logProbs);
  graph.output("loss", loss);
  graph.output("logProbs", logProbs);
  const trained = adapted?.tensors ?? weights;
  const names = [...trained.keys()];
  const found = gradients(loss, [...trained.values()]);
  const running = addToRunning(graph, new Map(names.map((name, i) => [name, found[i]!])), {
    // A device's tensors have no parts that could be bound.
    whole: options.whole ?? false,
  });
  if (options.recompute) recompute(graph, ({ name }) => /^layers\.\d+\//.exec(name)?.[0] ?? null);
  return { graph, gradients: running };
}

function compile(
  config: PolicyConfig,
  weights: Weights,
  running: Weights,
  objective: Objective,
  shape: PackedShape,
  options: LearnerOptions,
  adapter: Adapter | null,
  runs: number,
): Compiled {
  const { graph, gradients } = trainingGraph(
    config,
    objective,
    shape,
    options,
    adapter?.lora,
    runs,
  );
  const sums = new RunningSums(gradients, running, options);
  const program = new Program(graph, options);
  const tensors = new BatchTensors(shape, objectiveInputs(objective));
  const results = {
    loss: HostTensor.zeros("float32", []),
    logProbs: HostTensor.zeros("float32", [shape.entries]),
  };
  const binding = program.bind(
    {
      ...tensors.inputs,
      ...Object.fromEntries(weights),
      ...Object.fromEntries(adapter?.tensors ?? []),
      ...sums.inputs,
    },
    { ...results, ...sums.outputs },
  );
  return {
    binding,
    tensors,
    sums,
    ...results,
    dispose() {
      for (const held of [binding, program, tensors, sums, ...Object.values(results)]) {
        held[Symbol.dispose]();
      }
    },
  };
}

/** As {@link compile}, for weights and gradients on a device, which the graph updates in place. */
function compileOn(
  device: Device,
  config: PolicyConfig,
  weights: ReadonlyMap<string, DeviceTensor<"float32">>,
  running: ReadonlyMap<string, DeviceTensor<"float32">>,
  objective: Objective,
  shape: PackedShape,
  options: LearnerOptions,
): Compiled {
  const { graph, gradients } = trainingGraph(config, objective, shape, { ...options, whole: true });
  const program = new Program(graph, { threads: options.threads, provider: device.provider });
  const tensors = new BatchTensors(shape, objectiveInputs(objective));
  const results = {
    loss: HostTensor.zeros("float32", []),
    logProbs: HostTensor.zeros("float32", [shape.entries]),
  };
  const sums = gradients.flatMap(({ name, sums }) =>
    sums.map(({ input }) => [input, running.get(name)!] as const)
  );
  const binding = program.bind(
    { ...tensors.inputs, ...Object.fromEntries(weights), ...Object.fromEntries(sums) },
    { ...results, ...Object.fromEntries(sums.map(([input, sum]) => [`${input}/next`, sum])) },
  );
  return {
    binding,
    tensors,
    sums: null,
    ...results,
    dispose() {
      for (const held of [binding, program, tensors, ...Object.values(results)]) {
        held[Symbol.dispose]();
      }
    },
  };
}
