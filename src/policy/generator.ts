/** @file Sampling of completions: batched, with a cache in place, every row with a random stream of its own. */
import { setImmediate } from "node:timers/promises";
import { Program } from "../engine/program.ts";
import { releaseUnused } from "../engine/release_unused.ts";
import { Batch } from "./batch.ts";
import type { PolicyConfig } from "./config.ts";
import { decodeShared } from "./decode_shared.ts";
import { decodingGraph, sharedDecodingGraph } from "./decoding_graph.ts";
import { DeviceDecoder } from "./device/decoder.ts";
import type { DeviceWeights } from "./device/weights.ts";
import { KvCache } from "./kv_cache.ts";
import {
  type Completion,
  extend,
  type GenerationOptions,
  type GenerationRequest,
  type Row,
} from "./row.ts";
import type { Weights } from "./weights.ts";
import { weightsDigest } from "./weights_digest.ts";

/** Bounds of a {@link Generator}. */
export interface GeneratorOptions {
  /** Threads that an operator may use. */
  readonly threads: number;
  /** Most sequences that are decoded at once. */
  readonly maxRows: number;
  /** The weights on a device, which then does all of it; without, the processor does. */
  readonly resident?: DeviceWeights;
}

/** Prompt tokens that go through the model at once. */
const PREFILL_TOKENS = 8192;
/** The batch is made smaller when no more than this share of it is still being written. */
const SHRINK_AT = 0.75;

/** Numbers of a policy's weights from which on training and decoding do not hold their memory at the same time (256 MiB). */
const LARGE = 2 ** 26;

/**
 * Whether a policy of so many weights has the memory of updates given back before it decodes, and the other way round. It costs a
 * fifth of a second for half a GiB: nothing beside an update of a large policy, too much beside one of a small policy.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([takesTurns(400_000), takesTurns(494_032_768)], [false, true]);
 * ```
 */
export function takesTurns(numbers: number): boolean {
  return numbers >= LARGE;
}

function countNumbers(weights: Weights): number {
  return [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
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
  #frozen: FrozenPrograms | null = null;
  #cache: KvCache | null = null;
  readonly #onDevice: DeviceDecoder | null;

  /** The weights stay the caller's; each call of `generate` takes them, or those on the device, as they are then. */
  constructor(config: PolicyConfig, weights: Weights, options: GeneratorOptions) {
    this.#config = config;
    this.#weights = weights;
    this.#options = options;
    this.#onDevice = options.resident
      ? new DeviceDecoder(config, options.resident, options.threads)
      : null;
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
    const { maxRows } = this.#options;
    const programs = this.#onDevice ? null : this.#current();
    for (const wave of this.#onDevice?.wavesOf(rows, maxRows) ?? chunks(rows, maxRows)) {
      if (programs) this.#runWave(programs, wave, options);
      else await this.#onDevice!.write(wave, options);
      for (const { results, sample, tokens, logProbs, truncated } of wave) {
        results[sample] = { tokens, logProbs, truncated };
      }
      // Lets signals and timers through between waves; a timer of its own would cost a millisecond.
      await setImmediate();
    }
    return results;
  }

  /**
   * Gives back what is compiled, and with it the memory of a copy of the weights; the next call compiles anew, as it does after
   * every update.
   */
  release(): void {
    this.#frozen?.[Symbol.dispose]();
    this.#frozen = null;
  }

  /** Releases the compiled graph and the cache. */
  [Symbol.dispose](): void {
    this.release();
    this.#cache = null;
    this.#onDevice?.[Symbol.dispose]();
  }

  /** The programs of the weights as they are now; compiled anew (milliseconds for a small policy) where they have changed. */
  #current(): FrozenPrograms {
    if (this.#frozen?.isCurrent()) return this.#frozen;
    this.release();
    // The runtime still holds what the updates took that changed the weights.
    if (takesTurns(countNumbers(this.#weights))) releaseUnused();
    this.#frozen = new FrozenPrograms(this.#config, this.#weights, this.#options);
    return this.#frozen;
  }

  #runWave(programs: FrozenPrograms, wave: readonly Row[], options: GenerationOptions): void {
    const requests = [...new Set(wave.map((row) => row.request))];
    const widest = Math.max(...requests.map(({ prompt }) => prompt.length));
    const most = Math.max(...requests.map(({ streams }) => streams.length));
    if (this.#shares(wave.length - requests.length, widest, most)) {
      const prompts = new KvCache(this.#config, requests.length, widest);
      this.#prefill(programs.step, prompts, requests, wave, options);
      decodeShared(programs.shared, this.#config, prompts, wave, options);
      return;
    }
    const cache = this.#cacheFor(wave);
    this.#prefill(programs.step, cache, requests, wave, options);
    const place = new Map(requests.map((request, i) => [request, i]));
    // From the back: a row's prompt stands at its own place or before it.
    for (let to = wave.length - 1; to >= 0; to--) {
      const row = wave[to]!;
      cache.copyRow(place.get(row.request)!, to, row.length);
    }
    for (let rows = [...wave];;) {
      // Rows that are still being written move to the front of the cache, and the batch ends behind them.
      const active = [...rows.keys()].filter((i) => !rows[i]!.done);
      if (active.length === 0) return;
      active.forEach((from, to) => cache.copyRow(from, to, rows[from]!.length));
      rows = active.map((i) => rows[i]!);
      this.#decode(programs.step, cache, rows, options);
    }
  }

  /**
   * Whether rows read one copy of their prompt, `repeated` rows fewer: a third faster where prompts are long, for a second
   * copy of the weights, so that those have to be smaller than the cache that it saves. The kernel that rotates takes no more
   * continuations of a prompt than there are positions.
   */
  #shares(repeated: number, promptTokens: number, continuations: number): boolean {
    const { layers, kvHeads, headDim, maxPositions } = this.#config;
    if (continuations > maxPositions) return false;
    const numbers = 2 * layers * kvHeads * headDim * repeated * promptTokens;
    return numbers > countNumbers(this.#weights);
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

  /** Computes each prompt once, into a row of the cache, and draws the first tokens of the wave. */
  #prefill(
    program: Program,
    cache: KvCache,
    requests: readonly GenerationRequest[],
    wave: readonly Row[],
    options: GenerationOptions,
  ): void {
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

/** The rows in their order, so many at a time. */
function* chunks(rows: readonly Row[], size: number): Iterable<Row[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

/** Compiled programs of weights as they were at one time, which the runtime reads where they are or has laid out for its kernels. */
class FrozenPrograms implements Disposable {
  readonly #config: PolicyConfig;
  readonly #weights: Weights;
  readonly #options: GeneratorOptions;
  readonly #digest: string;
  #step: Program | null = null;
  #shared: Program | null = null;

  constructor(config: PolicyConfig, weights: Weights, options: GeneratorOptions) {
    this.#config = config;
    this.#weights = weights;
    this.#options = options;
    this.#digest = weightsDigest(weights);
  }

  /** Whether the weights are still what they were. */
  isCurrent(): boolean {
    return weightsDigest(this.#weights) === this.#digest;
  }

  /** The compiled `decodingGraph`. */
  get step(): Program {
    this.#step ??= new Program(decodingGraph(this.#config, this.#weights), this.#options);
    return this.#step;
  }

  /** The compiled `sharedDecodingGraph`. */
  get shared(): Program {
    this.#shared ??= new Program(sharedDecodingGraph(this.#config, this.#weights), this.#options);
    return this.#shared;
  }

  [Symbol.dispose](): void {
    this.#step?.[Symbol.dispose]();
    this.#shared?.[Symbol.dispose]();
  }
}
