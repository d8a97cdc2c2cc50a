/** @file Sampling of completions: batched, with a cache in place, every row with a random stream of its own. */
import { setImmediate } from "node:timers/promises";
import { allocate } from "../engine/dtype.ts";
import { type Binding, HostTensor } from "../engine/ort/ort.ts";
import { Program } from "../engine/program.ts";
import type { Rng } from "../random/rng.ts";
import { chooseToken, type SamplingOptions } from "./choose_token.ts";
import type { PolicyConfig } from "./config.ts";
import { decodingGraph } from "./decoding_graph.ts";
import { KvCache } from "./kv_cache.ts";
import type { StopCondition } from "./stopping.ts";
import type { Weights } from "./weights.ts";

/** A prompt to continue. */
export interface GenerationRequest {
  /** Token ids; at least one. */
  readonly prompt: readonly number[];
  /** A random stream for each completion that is wanted. */
  readonly streams: readonly Rng[];
  /** Most tokens of a completion; at least one. */
  readonly maxTokens: number;
  /** How many times a stop text must be there to end a completion, see {@link StopCondition}. Default 1. */
  readonly stopAfter?: number;
}

/** How to continue. */
export interface GenerationOptions extends SamplingOptions {
  /** When a completion ends before its token budget does. */
  readonly stop: StopCondition;
}

/** What the policy wrote. */
export interface Completion {
  /** Token ids, the one that ended it included. */
  readonly tokens: readonly number[];
  /** Log-probability of each, see {@link chooseToken}. */
  readonly logProbs: readonly number[];
  /** Whether the token budget ended it. */
  readonly truncated: boolean;
}

/** Bounds of a {@link Generator}. */
export interface GeneratorOptions {
  /** Threads that an operator may use. */
  readonly threads: number;
  /** Most sequences that are decoded at once. */
  readonly maxRows: number;
}

/** Prompt tokens that go through the model at once. */
const PREFILL_TOKENS = 8192;
/** The batch is made smaller when no more than this share of it is still being written. */
const SHRINK_AT = 0.75;

interface Row {
  readonly request: GenerationRequest;
  /** Where the completion goes. */
  readonly results: Completion[];
  readonly sample: number;
  readonly stream: Rng;
  readonly tokens: number[];
  readonly logProbs: number[];
  /** Tokens in the cache. */
  length: number;
  done: boolean;
  truncated: boolean;
}

/**
 * Continues prompts with a policy's weights, as they are at the time.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Rng } from "../random/rng.ts";
 * import { parsePolicyConfig } from "./config_json.ts";
 * import { StopCondition } from "./stopping.ts";
 * import { randomWeights } from "./weights.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * using generator = new Generator(config, randomWeights(config, 1, 0.02), { threads: 1, maxRows: 8 });
 * const stop = new StopCondition(config.eosTokenIds, [], { decode: () => "" });
 * const request = { prompt: [3, 4], streams: [new Rng(1), new Rng(2)], maxTokens: 5 };
 * const options = { temperature: 1, topP: 1, topK: 0, stop };
 * const [completions] = await generator.generate([request], options);
 * assertEquals(completions!.length, 2);
 * ```
 */
export class Generator implements Disposable {
  readonly #config: PolicyConfig;
  readonly #weights: Weights;
  readonly #options: GeneratorOptions;
  #frozen: FrozenProgram | null = null;
  #cache: KvCache | null = null;

  /** The weights stay the caller's; each call of `generate` takes them as they are then. */
  constructor(config: PolicyConfig, weights: Weights, options: GeneratorOptions) {
    this.#config = config;
    this.#weights = weights;
    this.#options = options;
  }

  /**
   * Completions of each request, in order, one for each of its streams.
   *
   * @throws {RangeError} where a prompt is empty or leaves no room for `maxTokens` in the policy's context.
   */
  async generate(
    requests: readonly GenerationRequest[],
    options: GenerationOptions,
  ): Promise<Completion[][]> {
    requests.forEach(({ prompt, maxTokens }, i) => {
      const { maxPositions } = this.#config;
      if (prompt.length === 0 || maxTokens < 1 || prompt.length + maxTokens > maxPositions) {
        throw new RangeError(
          `request ${i}: a prompt of ${prompt.length} tokens and ${maxTokens} more ` +
            `do not fit into a context of ${maxPositions}`,
        );
      }
    });
    const results: Completion[][] = requests.map(() => []);
    const rows = requests.flatMap((request, i) =>
      request.streams.map((stream, sample): Row => ({
        request,
        results: results[i]!,
        sample,
        stream,
        tokens: [],
        logProbs: [],
        length: request.prompt.length,
        done: false,
        truncated: false,
      }))
    );
    const program = this.#current();
    for (let at = 0; at < rows.length; at += this.#options.maxRows) {
      const wave = rows.slice(at, at + this.#options.maxRows);
      this.#runWave(program, wave, options);
      for (const { results, sample, tokens, logProbs, truncated } of wave) {
        results[sample] = { tokens, logProbs, truncated };
      }
      // Lets signals and timers through between waves; a timer of its own would cost a millisecond.
      await setImmediate();
    }
    return results;
  }

  /** Releases the compiled graph and the cache. */
  [Symbol.dispose](): void {
    this.#frozen?.program?.[Symbol.dispose]();
    for (const tensor of this.#frozen?.copy.values() ?? []) tensor[Symbol.dispose]();
    this.#frozen = null;
    this.#cache = null;
  }

  /** The program of the weights as they are now; compiled anew (milliseconds for a small policy) where they have changed. */
  #current(): Program {
    if (this.#frozen?.program) {
      if (isCopyOf(this.#frozen.copy, this.#weights)) return this.#frozen.program;
      this.#frozen.program[Symbol.dispose]();
      this.#frozen.program = null;
    }
    this.#frozen ??= {
      program: null,
      copy: new Map([...this.#weights].map(([name, { shape, data }]) => [
        name,
        new HostTensor("float32", shape, allocate("float32", data.length)),
      ])),
    };
    const { copy } = this.#frozen;
    for (const [name, { data }] of this.#weights) copy.get(name)!.data.set(data);
    return this.#frozen.program = new Program(decodingGraph(this.#config, copy), this.#options);
  }

  #runWave(program: Program, wave: readonly Row[], options: GenerationOptions): void {
    const cache = this.#cacheFor(wave);
    this.#prefill(program, cache, wave, options);
    for (let rows = [...wave];;) {
      // Rows that are still being written move to the front of the cache, and the batch ends behind them.
      const active = [...rows.keys()].filter((i) => !rows[i]!.done);
      if (active.length === 0) return;
      active.forEach((from, to) => cache.copyRow(from, to, rows[from]!.length));
      rows = active.map((i) => rows[i]!);
      this.#decode(program, cache, rows, options);
    }
  }

  /** Decodes the rows token by token until enough of them are done that a smaller batch pays. */
  #decode(
    program: Program,
    cache: KvCache,
    rows: readonly Row[],
    options: GenerationOptions,
  ): void {
    using batch = new Batch(program, this.#config, cache, 0, rows.length, 1, options);
    let left = rows.length;
    while (left > SHRINK_AT * rows.length) {
      rows.forEach((row, i) => {
        // A row that is done repeats its last step, which nobody reads.
        if (!row.done) row.length++;
        batch.ids.data[i] = row.tokens.at(-1)!;
        batch.last.data[i] = row.length - 1;
      });
      batch.run();
      rows.forEach((row, i) => {
        if (row.done) return;
        extend(row, batch.probabilities(i), options);
        if (row.done) left--;
      });
    }
  }

  /** Computes each prompt once, spreads its cache over its rows, and draws their first tokens. */
  #prefill(
    program: Program,
    cache: KvCache,
    wave: readonly Row[],
    options: GenerationOptions,
  ): void {
    const requests = [...new Set(wave.map((row) => row.request))];
    const place = new Map(requests.map((request, i) => [request, i]));
    const widest = Math.max(...requests.map(({ prompt }) => prompt.length));
    const perBatch = Math.max(1, Math.floor(PREFILL_TOKENS / widest));
    for (let from = 0; from < requests.length; from += perBatch) {
      const chosen = requests.slice(from, from + perBatch);
      const time = Math.max(...chosen.map(({ prompt }) => prompt.length));
      const to = from + chosen.length;
      using batch = new Batch(program, this.#config, cache, from, to, time, options);
      chosen.forEach(({ prompt }, i) => {
        batch.ids.data.set(prompt, i * time);
        batch.last.data[i] = prompt.length - 1;
        batch.pick.data[i] = prompt.length - 1;
      });
      batch.run();
      for (const row of wave) {
        const i = chosen.indexOf(row.request);
        if (i >= 0) extend(row, batch.probabilities(i), options);
      }
    }
    // From the back: a row's prompt stands at its own place or before it.
    for (let to = wave.length - 1; to >= 0; to--) {
      const row = wave[to]!;
      cache.copyRow(place.get(row.request)!, to, row.length);
    }
  }

  #cacheFor(wave: readonly Row[]): KvCache {
    const needed = Math.max(...wave.map(({ length, request }) => length + request.maxTokens));
    const rows = Math.max(wave.length, this.#cache?.rows ?? 0);
    const capacity = Math.max(needed, this.#cache?.capacity ?? 0);
    if (this.#cache?.rows !== rows || this.#cache.capacity !== capacity) {
      this.#cache = null; // the old one may go before the new one comes
      this.#cache = new KvCache(this.#config, rows, capacity);
    }
    return this.#cache;
  }
}

/** A compiled program, and the weights that are part of it. */
interface FrozenProgram {
  /** Null while the copy is being changed. */
  program: Program | null;
  /** The runtime reads these arrays, but for those that it has laid out anew for its kernels. */
  readonly copy: Weights;
}

function isCopyOf(copy: Weights, weights: Weights): boolean {
  return [...weights].every(([name, { data }]) => {
    const frozen = copy.get(name)!.data;
    for (let i = 0; i < data.length; i++) if (data[i] !== frozen[i]) return false;
    return true;
  });
}

/** Adds a row's next token. */
function extend(row: Row, probabilities: Float32Array, options: GenerationOptions): void {
  const { token, logProb } = chooseToken(probabilities, options, row.stream);
  row.tokens.push(token);
  row.logProbs.push(logProb);
  row.done = options.stop.isMet(row.tokens, row.request.stopAfter);
  if (row.done || row.tokens.length < row.request.maxTokens) return;
  row.done = true;
  row.truncated = true;
}

/** The tensors of one batch, bound to the rows `from` to `to` (exclusive) of the cache. */
class Batch implements Disposable {
  readonly ids: HostTensor<"int32">;
  readonly last: HostTensor<"int32">;
  readonly pick: HostTensor<"int32">;
  readonly #longest = HostTensor.zeros("int32", [1]);
  readonly #inverseTemperature: HostTensor<"float32">;
  readonly #probabilities: HostTensor<"float32">;
  readonly #cache: Record<string, HostTensor<"float32">>;
  readonly #binding: Binding;

  constructor(
    program: Program,
    config: PolicyConfig,
    cache: KvCache,
    from: number,
    to: number,
    time: number,
    { temperature }: SamplingOptions,
  ) {
    const rows = to - from;
    const inverse = temperature === 0 ? 1 : 1 / temperature;
    this.#inverseTemperature = new HostTensor("float32", [], Float32Array.of(inverse));
    this.ids = HostTensor.zeros("int32", [rows, time]);
    this.last = HostTensor.zeros("int32", [rows]);
    this.pick = HostTensor.zeros("int32", [rows]);
    this.#probabilities = HostTensor.zeros("float32", [rows, config.vocabSize]);
    this.#cache = cache.view(from, to);
    const { ids, last, pick } = this;
    const next = Object.entries(this.#cache).map(([name, tensor]) => [`${name}/next`, tensor]);
    const scalars = { longest: this.#longest, inverseTemperature: this.#inverseTemperature };
    this.#binding = program.bind(
      { ...this.#cache, ids, last, pick, ...scalars },
      { ...Object.fromEntries(next), probabilities: this.#probabilities },
    );
  }

  run(): void {
    this.#longest.data[0] = 1 + this.last.data.reduce((a, b) => Math.max(a, b));
    this.#binding.run();
  }

  /** Probabilities of one row's next token. */
  probabilities(row: number): Float32Array {
    const width = this.#probabilities.shape[1]!;
    return this.#probabilities.data.subarray(row * width, (row + 1) * width);
  }

  [Symbol.dispose](): void {
    this.#binding[Symbol.dispose]();
    const tensors = [
      ...[this.ids, this.last, this.pick, this.#longest],
      ...[this.#inverseTemperature, this.#probabilities],
      ...Object.values(this.#cache),
    ];
    for (const t of tensors) t[Symbol.dispose]();
  }
}
