/** @file Completions written on a device: weights, keys and values stay there, tokens are drawn there. */
import { Graph } from "../../engine/graph.ts";
import { type DeviceTensor, HostTensor } from "../../engine/ort/ort.ts";
import { Program, type Tensors } from "../../engine/program.ts";
import type { PolicyConfig } from "../config.ts";
import { sharedDecoding } from "../decoding_graph.ts";
import { cacheNames } from "../kv_cache.ts";
import type { GenerationOptions, Row } from "../row.ts";
import { SharedBatch } from "../shared_batch.ts";
import { type DeviceCaches, Regrouping } from "./regroup.ts";
import { prefill } from "./prefill_graph.ts";
import { type DeviceWeights, residentInputs } from "./weights.ts";
import { sampleIn, samplingMode, SamplingTensors } from "./sampling_head.ts";

/**
 * Most numbers of one tensor of a wave's (128 MiB): what the weakest adapters let a kernel read. Waves are made small enough that neither
 * the logits of a step, nor the scores of the prompts' attention, nor the keys of a layer exceed it.
 */
const TENSOR_NUMBERS = 2 ** 25;

/** Tokens that a cache has room for grow by this: every step reads the whole cache, and growing copies it. */
const BLOCK = 64;
/** The batch is made anew when no more than this share of its rows is still being written. */
const SHRINK_AT = 0.75;

/** Writes completions with weights on a device, as they are at the time; a compiled graph serves all of them. */
export class DeviceDecoder implements Disposable {
  readonly #config: PolicyConfig;
  readonly #resident: DeviceWeights;
  readonly #threads: number;
  readonly #programs = new Map<string, Program>();
  #regroup: Regrouping | null = null;

  /** The weights stay the caller's. */
  constructor(config: PolicyConfig, resident: DeviceWeights, threads: number) {
    this.#config = config;
    this.#resident = resident;
    this.#threads = threads;
  }

  /** The rows in their order, in waves that are decoded at once. */
  *wavesOf(rows: readonly Row[], maxRows: number): Iterable<Row[]> {
    const { heads, kvHeads, headDim, vocabSize } = this.#config;
    const most = Math.max(1, Math.min(maxRows, Math.floor(TENSOR_NUMBERS / vocabSize)));
    let wave: Row[] = [];
    for (const row of rows) {
      const groups = new Map<Row["request"], number>();
      for (const { request } of [...wave, row]) {
        groups.set(request, (groups.get(request) ?? 0) + 1);
      }
      const requests = [...groups.keys()];
      const largest = (of: (request: Row["request"]) => number) => Math.max(...requests.map(of));
      const scores = requests.length * heads * largest(({ prompt }) => prompt.length) ** 2;
      const count = Math.max(...groups.values());
      const keys = requests.length * kvHeads * count * headDim * largest((r) => r.maxTokens);
      const full = Math.max(scores, keys) > TENSOR_NUMBERS;
      if (wave.length > 0 && (wave.length === most || full)) {
        yield wave;
        wave = [];
      }
      wave.push(row);
    }
    if (wave.length > 0) yield wave;
  }

  /** Writes the rows of a wave to their ends. */
  async write(wave: readonly Row[], options: GenerationOptions): Promise<void> {
    const { device, precision } = this.#resident;
    const { kvHeads, headDim } = this.#config;
    const requests = [...new Set(wave.map(({ request }) => request))];
    const widest = Math.max(...requests.map(({ prompt }) => prompt.length));
    // The first token of a row came with its prompt, and the last is not fed.
    const most = Math.max(...requests.map(({ maxTokens }) => maxTokens)) - 1;
    let groups = requests.map((request) => wave.filter((row) => row.request === request));
    using prompts = new Held(
      caches(
        this.#config,
        () => device.allocate(precision, [requests.length, kvHeads, widest, headDim]),
      ),
    );
    using own = new Held(null);
    await this.#prefill(prompts.tensors, groups, widest, options);
    for (let written = 0;;) {
      const before = groups;
      groups = before.map((group) => group.filter((row) => !row.done))
        .filter((group) => group.length > 0);
      if (groups.length === 0) return;
      const capacity = Math.min(most, BLOCK * Math.ceil((written + 1) / BLOCK));
      const places = groups.map((rows) => {
        const prompt = before.findIndex((group) => group.includes(rows[0]!));
        return { prompt, rows: rows.map((row) => before[prompt]!.indexOf(row)) };
      });
      if (groups.length < before.length) {
        prompts.replace(this.#regrouping.prompts(prompts.tensors, places.map((p) => p.prompt)));
      }
      const count = Math.max(...groups.map(({ length }) => length));
      own.replace(
        own.filled
          ? this.#regrouping.own(own.tensors, places, capacity)
          // Nothing may stand there that is no number: it would count 0 times, which is no number either.
          : caches(
            this.#config,
            () => device.zeros(precision, [groups.length, kvHeads, count, capacity, headDim]),
          ),
      );
      written = await this.#decode(prompts.tensors, own.tensors, groups, written, options);
    }
  }

  /** Decodes until enough rows are done that a smaller batch pays, or the caches are full; returns how many tokens they hold. */
  async #decode(
    prompts: DeviceCaches,
    own: DeviceCaches,
    groups: readonly (readonly Row[])[],
    written: number,
    options: GenerationOptions,
  ): Promise<number> {
    using held = new DisposableStack();
    const [, , count, capacity] = own["keys/0"]!.shape as [number, number, number, number];
    const sampling = held.use(
      new SamplingTensors(this.#config, groups.length * count, options),
    );
    const batch = held.use(
      new SharedBatch(this.#program("step", options), this.#config, {
        ...{ prompts, own, outputs: sampling.outputs },
        inputs: { ...sampling.inputs, ...this.#weights() },
      }, groups),
    );
    // In the order of the tensors: places that have no row stay empty.
    const rows = groups.flatMap((group) => Array.from({ length: count }, (_, at) => group[at]));
    const size = groups.flat().length;
    const left = () => groups.flat().filter(({ done }) => !done).length;
    let tokens = written;
    while (tokens < capacity && left() > SHRINK_AT * size) {
      batch.feed(tokens++);
      sampling.draw(rows);
      await batch.binding.runAsync();
      sampling.append(rows);
    }
    return tokens;
  }

  get #regrouping(): Regrouping {
    const { device, precision } = this.#resident;
    return this.#regroup ??= new Regrouping(this.#config, device, precision);
  }

  /** Computes the prompts' keys and values into `caches`, and draws the first tokens. */
  async #prefill(
    caches: DeviceCaches,
    groups: readonly (readonly Row[])[],
    time: number,
    options: GenerationOptions,
  ): Promise<void> {
    const { heads, kvHeads } = this.#config;
    using held = new DisposableStack();
    const integers = (shape: readonly number[], valueOf: (i: number) => number) => {
      const tensor = held.use(HostTensor.zeros("int32", shape));
      tensor.data.forEach((_, i) => tensor.data[i] = valueOf(i));
      return tensor;
    };
    const rows = groups.flat();
    const promptOf = rows.map((row) => groups.findIndex((group) => group.includes(row)));
    const prompts = groups.map(([row]) => row!.request.prompt);
    const shape = [prompts.length, time];
    const sampling = held.use(new SamplingTensors(this.#config, rows.length, options));
    const inputs = {
      // Behind a prompt's end stands its last token again; nobody sees it.
      ids: integers(shape, (i) => {
        const prompt = prompts[Math.floor(i / time)]!;
        return prompt[Math.min(i % time, prompt.length - 1)]!;
      }),
      positions: integers(shape, (i) => i % time),
      last: integers([prompts.length], (i) => prompts[i]!.length - 1),
      queries: integers([time * heads / kvHeads], (i) => i % time),
      keys: integers([time], (i) => i),
      prompts: integers([rows.length], (i) => promptOf[i]!),
    };
    const next = Object.entries(caches).map(([name, tensor]) => [`${name}/next`, tensor]);
    const binding = held.use(
      this.#program("prefill", options).bind(
        { ...inputs, ...sampling.inputs, ...this.#weights() },
        { ...sampling.outputs, ...Object.fromEntries(next) },
      ),
    );
    sampling.draw(rows);
    await binding.runAsync();
    sampling.append(rows);
  }

  #weights(): Tensors {
    return Object.fromEntries(this.#resident.forProducts());
  }

  #program(kind: "prefill" | "step", options: GenerationOptions): Program {
    const mode = samplingMode(options);
    const key = `${kind} ${mode}`;
    let program = this.#programs.get(key);
    if (!program) {
      const graph = new Graph();
      const weights = residentInputs(graph, this.#resident);
      const add = { prefill, step: sharedDecoding }[kind];
      add(graph, this.#config, weights, sampleIn(mode));
      const { provider } = this.#resident.device;
      program = new Program(graph, { threads: this.#threads, provider });
      this.#programs.set(key, program);
    }
    return program;
  }

  /** Releases the compiled graphs. */
  [Symbol.dispose](): void {
    for (const program of this.#programs.values()) program[Symbol.dispose]();
    this.#programs.clear();
    this.#regroup?.[Symbol.dispose]();
    this.#regroup = null;
  }
}

/** A tensor for every cache of all layers. */
function caches(config: PolicyConfig, make: () => DeviceTensor): DeviceCaches {
  return Object.fromEntries(cacheNames(config).map((name) => [name, make()]));
}

/** Caches that are released with it, or when others take their place. */
class Held implements Disposable {
  #tensors: DeviceCaches | null;

  constructor(tensors: DeviceCaches | null) {
    this.#tensors = tensors;
  }

  get filled(): boolean {
    return this.#tensors !== null;
  }

  get tensors(): DeviceCaches {
    return this.#tensors!;
  }

  replace(tensors: DeviceCaches): void {
    this[Symbol.dispose]();
    this.#tensors = tensors;
  }

  [Symbol.dispose](): void {
    for (const tensor of Object.values(this.#tensors ?? {})) tensor[Symbol.dispose]();
    this.#tensors = null;
  }
}
