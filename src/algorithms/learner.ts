/** @file Updates of a policy's weights: gradients over packed micro-batches, then one optimiser step. */
import { gradients } from "../engine/autodiff.ts";
import { Graph } from "../engine/graph.ts";
import { add } from "../engine/ops/mod.ts";
import { AdamW, type AdamWOptions } from "../engine/optim/adamw.ts";
import { HostTensor } from "../engine/ort/ort.ts";
import { Program } from "../engine/program.ts";
import type { PolicyConfig } from "../policy/config.ts";
import { weightInputs } from "../policy/decoder.ts";
import { packedLogProbs, type PackedShape } from "../policy/log_probs.ts";
import type { PackedBatch } from "../policy/packing.ts";
import type { Weights } from "../policy/weights.ts";
import { addLoss, type Objective, objectiveInputs } from "./objective.ts";

/** Settings of a {@link Learner}. */
export interface LearnerOptions extends AdamWOptions {
  /** Logits are divided by it, as they were when the completions were sampled; 1 for likelihood. */
  readonly temperature: number;
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
 */
export class Learner implements Disposable {
  readonly #config: PolicyConfig;
  readonly #weights: Weights;
  readonly #objective: Objective;
  readonly #options: LearnerOptions;
  readonly #optimizer: AdamW;
  readonly #compiled = new Map<string, Compiled>();

  /** The weights stay the caller's, and are updated in place. */
  constructor(
    config: PolicyConfig,
    weights: Weights,
    objective: Objective,
    options: LearnerOptions,
  ) {
    this.#config = config;
    this.#weights = weights;
    this.#objective = objective;
    this.#options = options;
    this.#optimizer = new AdamW(weights, options);
  }

  /** Adds the gradient of one micro-batch. `columns` has one number an entry for each of {@link objectiveInputs}. */
  async accumulate(
    batch: PackedBatch<unknown>,
    columns: Readonly<Record<string, ArrayLike<number>>>,
  ): Promise<MicroBatchResult> {
    const shape = shapeOf(batch);
    const key = `${shape.rows} ${shape.time} ${shape.entries}`;
    let compiled = this.#compiled.get(key);
    if (!compiled) {
      const { gradients } = this.#optimizer;
      compiled = compile(
        this.#config,
        this.#weights,
        gradients,
        this.#objective,
        shape,
        this.#options,
      );
      this.#compiled.set(key, compiled);
    }
    fill(compiled.inputs, batch, this.#objective, columns);
    await compiled.binding.runAsync();
    return {
      loss: compiled.loss.data[0]!,
      logProbs: compiled.logProbs.data.slice(0, batch.labels.length),
    };
  }

  /** Applies the gradients added since the last step; returns their global norm before clipping. */
  async step(learningRate: number): Promise<number> {
    return await this.#optimizer.step(learningRate);
  }

  /** Releases everything but the weights. */
  [Symbol.dispose](): void {
    for (const compiled of this.#compiled.values()) compiled.dispose();
    this.#compiled.clear();
    this.#optimizer[Symbol.dispose]();
  }
}

interface Compiled {
  readonly binding: ReturnType<Program["bind"]>;
  readonly inputs: Readonly<Record<string, HostTensor>>;
  readonly loss: HostTensor<"float32">;
  readonly logProbs: HostTensor<"float32">;
  dispose(): void;
}

/** Entries are rounded up to quarters of the tokens, so that few graphs are compiled. */
function shapeOf(batch: PackedBatch<unknown>): PackedShape {
  const { rows, time } = batch;
  const quarter = Math.ceil(rows * time / 4);
  return { rows, time, entries: Math.max(1, Math.ceil(batch.labels.length / quarter)) * quarter };
}

function compile(
  config: PolicyConfig,
  weights: Weights,
  running: Weights,
  objective: Objective,
  shape: PackedShape,
  options: LearnerOptions,
): Compiled {
  const graph = new Graph();
  const symbols = weightInputs(graph, config);
  const logProbs = packedLogProbs(graph, config, symbols, shape, options.temperature);
  const loss = addLoss(graph, objective, logProbs);
  graph.output("loss", loss);
  graph.output("logProbs", logProbs);
  const names = [...weights.keys()];
  const found = gradients(loss, names.map((name) => symbols.get(name)!));
  names.forEach((name, i) => {
    const before = graph.input(`gradient/${name}`, "float32", found[i]!.shape);
    graph.output(`gradient/${name}/next`, add(before, found[i]!));
  });

  const program = new Program(graph, options);
  const { rows, time, entries } = shape;
  const inputs: Record<string, HostTensor> = {};
  for (const name of ["ids", "positions", "until"]) {
    inputs[name] = HostTensor.zeros("int32", [rows, time]);
  }
  for (const name of ["sources", "labels"]) inputs[name] = HostTensor.zeros("int32", [entries]);
  for (const name of objectiveInputs(objective)) {
    inputs[name] = HostTensor.zeros("float32", [entries]);
  }
  const results = {
    loss: HostTensor.zeros("float32", []),
    logProbs: HostTensor.zeros("float32", [entries]),
  };
  const state = (prefix: string, suffix: string, tensors: Weights) =>
    Object.fromEntries([...tensors].map(([name, t]) => [`${prefix}${name}${suffix}`, t]));
  const binding = program.bind(
    { ...inputs, ...state("", "", weights), ...state("gradient/", "", running) },
    { ...results, ...state("gradient/", "/next", running) },
  );
  return {
    binding,
    inputs,
    ...results,
    dispose() {
      binding[Symbol.dispose]();
      program[Symbol.dispose]();
      for (const t of [...Object.values(inputs), ...Object.values(results)]) t[Symbol.dispose]();
    },
  };
}

function fill(
  inputs: Readonly<Record<string, HostTensor>>,
  batch: PackedBatch<unknown>,
  objective: Objective,
  columns: Readonly<Record<string, ArrayLike<number>>>,
): void {
  const put = (name: string, values: ArrayLike<number>) => {
    const { data } = inputs[name] as HostTensor<"int32" | "float32">;
    data.fill(0); // entries beyond the batch have weight 0
    data.set(values);
  };
  put("ids", batch.ids);
  put("positions", batch.positions);
  put("until", batch.until);
  put("sources", batch.sources);
  put("labels", batch.labels);
  for (const name of objectiveInputs(objective)) {
    const values = columns[name];
    if (values?.length !== batch.labels.length) {
      throw new TypeError(
        `${name}: expected ${batch.labels.length} values, found ${values?.length}`,
      );
    }
    put(name, values);
  }
}
