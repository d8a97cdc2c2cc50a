/** @file Updates of a policy's weights: gradients over packed micro-batches, then one optimiser step. */
import { gradients } from "../engine/autodiff.ts";
import type { Device } from "../engine/device.ts";
import { Graph } from "../engine/graph.ts";
import { mul } from "../engine/ops/mod.ts";
import { AdamW, type AdamWOptions } from "../engine/optim/adamw.ts";
import { DeviceAdamW } from "../engine/optim/device_adamw.ts";
import { type DeviceTensor, HostTensor } from "../engine/ort/ort.ts";
import { Program } from "../engine/program.ts";
import { recompute } from "../engine/recompute.ts";
import { InputError } from "../errors.ts";
import { BatchTensors, compiledShape, shapeKey } from "../policy/batch_tensors.ts";
import type { PolicyConfig } from "../policy/config.ts";
import { DeviceWeights, type Precision } from "../policy/device/weights.ts";
import { lowered, weightInputs } from "../policy/decoder.ts";
import { packedLogProbs, type PackedShape } from "../policy/log_probs.ts";
import { adaptedProjections } from "../policy/lora/adapted.ts";
import type { Adapter } from "../policy/lora/adapter.ts";
import type { LoraConfig } from "../policy/lora/config.ts";
import type { PackedBatch } from "../policy/packing.ts";
import type { Weights } from "../policy/weights.ts";
import { LossScale, type LossScaleState } from "./loss_scale.ts";
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
  /** What products are computed in on a device; float16 with dynamic loss scaling (see {@link LossScale}). Default float32. */
  readonly precision?: Precision;
}

/** Where a learner is between two steps. */
export interface LearnerState {
  /** Optimiser steps made. */
  readonly steps: number;
  /** Micro-batches of each shape that were computed: draws of dropout depend on it. Empty where nothing is drawn. */
  readonly runs: Readonly<Record<string, number>>;
  /** The loss scale; absent where products are of float32. */
  readonly lossScale?: LossScaleState;
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
  readonly #resident: DeviceWeights | null = null;
  readonly #lossScale: LossScale | null = null;
  /** The loss scale as the graphs read it, and its reciprocal. */
  readonly #scales = { lossScale: scalar(), inverseLossScale: scalar() };
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
      this.#resident = new DeviceWeights(options.device, weights, options.precision);
      this.#optimizer = new DeviceAdamW(options.device, this.#resident.weights, options);
      if (options.precision === "float16") this.#lossScale = new LossScale();
    } else if (options.precision === "float16") {
      throw new InputError(
        'precision: found "float16"; expected "float32": the processor computes in it alone',
      );
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
    if (this.#lossScale) {
      const { scale } = this.#lossScale.state;
      this.#scales.lossScale.data[0] = scale;
      this.#scales.inverseLossScale.data[0] = 1 / scale;
    }
    await compiled.binding.runAsync();
    await compiled.sums?.finish();
    if (this.#adapter?.lora.dropout) this.#runs.set(key, (this.#runs.get(key) ?? 0) + 1);
    return {
      loss: compiled.loss.data[0]!,
      logProbs: compiled.logProbs.data.slice(0, batch.labels.length),
    };
  }

  /**
   * Applies the gradients added since the last step; returns their global norm before clipping, or null where they overflowed and the
   * update is left out, as it may be with float16.
   *
   * @throws {RangeError} where they are not finite, at any loss scale.
   */
  async step(learningRate: number): Promise<number | null> {
    const optimizer = this.#optimizer;
    if (this.#lossScale && optimizer instanceof DeviceAdamW) {
      const norm = await optimizer.stepUnlessOverflown(learningRate);
      if (norm === null) this.#lossScale.overflowed();
      else this.#lossScale.held();
      this.#resident?.changed();
      return norm;
    }
    const norm = await optimizer.step(learningRate);
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
        this.#lossScale ? this.#scales : {},
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
    const { state } = this.#lossScale ?? {};
    return {
      steps: this.#optimizer.steps,
      runs: Object.fromEntries(this.#runs),
      ...state && { lossScale: state },
    };
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
  restore(
    { steps, runs, lossScale }: LearnerState,
    moments: ReadonlyMap<string, Float32Array>,
  ): void {
    if (this.#lossScale && lossScale) this.#lossScale.state = lossScale;
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
    for (const tensor of Object.values(this.#scales)) tensor[Symbol.dispose]();
  }
}

/** The metric `lossScale` of a learner; none where there is none. */
export function scaleOf({ state: { lossScale } }: Learner): { readonly lossScale?: number } {
  return lossScale ? { lossScale: lossScale.scale } : {};
}

function scalar(): HostTensor<"float32"> {
  return HostTensor.zeros("float32", []);
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
  options: Pick<LearnerOptions, "temperature" | "recompute" | "precision"> & {
    readonly whole?: boolean;
  },
  lora: LoraConfig | null = null,
  runs = 0,
): TrainingGraph {
  const graph = new Graph();
  const weights = weightInputs(graph, config, { frozen: lora !== null });
  const adapted = lora ? adaptedProjections(graph, config, lora, DROPOUT_SEED + runs) : undefined;
  const half = options.precision === "float16";
  const used = half ? lowered(weights, "float16") : weights;
  const logProbs = packedLogProbs(graph, config, used, shape, options.temperature, adapted);
  const loss = addLoss(graph, objective, logProbs);
  const factor = (name: string) => graph.input(name, "float32", [], { frozen: true });
  graph.output("loss", loss);
  graph.output("logProbs", logProbs);
  const trained = adapted?.tensors ?? weights;
  const names = [...trained.keys()];
  const from = half ? mul(loss, factor("lossScale")) : loss;
  const inverse = half ? factor("inverseLossScale") : null;
  const found = gradients(from, [...trained.values()])
    .map((gradient) => inverse ? mul(gradient, inverse) : gradient);
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
  scales: Readonly<Record<string, HostTensor>>,
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
    {
      ...scales,
      ...tensors.inputs,
      ...Object.fromEntries(weights),
      ...Object.fromEntries(sums),
    },
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
