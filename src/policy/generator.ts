/** @file Sampling of completions: batched, with a cache in place, every row with a random stream of its own. */
import type { PolicyConfig } from "./config.ts";
import { dealRows } from "./deal_rows.ts";
import { DecoderLane } from "./decoder_lane.ts";
import type { Completion, GenerationOptions, GenerationRequest } from "./generation.ts";
import { RemoteLane } from "./remote_lane.ts";
import { WeightSnapshot } from "./weight_snapshot.ts";
import { parameterLayout, type Weights } from "./weights.ts";

/** Bounds of a {@link Generator}. */
export interface GeneratorOptions {
  /**
   * Threads to decode with. A small policy's rows are spread over them, a lane each; a large one's are decoded in one
   * batch, whose operators use all threads.
   */
  readonly threads: number;
  /** Most sequences that are decoded at once, in all lanes together. */
  readonly maxRows: number;
}

/**
 * Most parameters of a policy that is decoded in lanes: 16 MB in each of them. Two half batches take more processor time
 * than a whole one, because each reads all weights at every token (for 16 rows in all 18 % at 0.9 and 2 million parameters,
 * 27 % at 3.5, 42 % at 6; for 64 rows at most 11 %), and win it back by not waiting for each other at every operator. On
 * two cores (AMD EPYC) the two ways are equally fast at 0.3 to 3.5 million parameters.
 */
const SMALL = 4_000_000;

/**
 * Continues prompts with a policy's weights, as they are at the time.
 *
 * With two threads or more, the rows of a small policy are spread over lanes: this thread is one, the others are
 * workers with a program and a cache of their own. Rows are independent, so lanes need not wait for each other at every
 * operator, and they draw tokens at the same time. What a row becomes does not depend on the number of lanes, up to
 * floating-point ties. All rows are decoded in this thread where the stop condition has texts and a detokenizer without
 * `tokenBytes`.
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
  readonly #small: boolean;
  readonly #snapshot: WeightSnapshot;
  readonly #own: DecoderLane;
  /** Made when they are first needed. */
  readonly #remote: RemoteLane[] = [];
  #busy: Promise<void> | null = null;

  /** The weights stay the caller's; each call of `generate` takes them as they are then. */
  constructor(config: PolicyConfig, weights: Weights, options: GeneratorOptions) {
    this.#config = config;
    this.#weights = weights;
    this.#options = options;
    const sizes = parameterLayout(config).map(({ shape }) => shape.reduce((a, b) => a * b, 1));
    this.#small = sizes.reduce((a, b) => a + b, 0) <= SMALL;
    this.#snapshot = new WeightSnapshot(config);
    this.#own = new DecoderLane(config);
  }

  /**
   * Completions of each request, in order, one for each of its streams. A call waits for those before it.
   *
   * @throws {RangeError} where a prompt is empty or leaves no room for `maxTokens` in the policy's context, and where
   * logits are not finite.
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
    while (this.#busy) await this.#busy;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#busy = promise;
    try {
      return await this.#decode(requests, options);
    } finally {
      this.#busy = null;
      resolve();
    }
  }

  /** Releases the compiled graphs and the caches, and ends the workers. */
  [Symbol.dispose](): void {
    for (const lane of this.#remote.splice(0)) lane[Symbol.dispose]();
    this.#own[Symbol.dispose]();
  }

  async #decode(
    requests: readonly GenerationRequest[],
    options: GenerationOptions,
  ): Promise<Completion[][]> {
    const counts = requests.map(({ streams }) => streams.length);
    const rows = counts.reduce((a, b) => a + b, 0);
    const { threads, maxRows } = this.#options;
    const spread = this.#small && options.stop.message() !== null;
    const lanes = spread ? Math.max(1, Math.min(threads, rows, maxRows)) : 1;
    const dealt = dealRows(counts, lanes);
    const parts = dealt.map((shares) =>
      shares.map(({ request, from, to }) => ({
        ...requests[request]!,
        streams: requests[request]!.streams.slice(from, to),
      }))
    );
    this.#snapshot.take(this.#weights);
    const most = Math.floor(maxRows / lanes);
    // The workers go first: this thread is busy until its own part is done.
    const decoding = parts.slice(1).map((part, i) => {
      const lane = this.#remote[i] ??= new RemoteLane(this.#config);
      return lane.decode(this.#snapshot, part, options, most);
    });
    decoding.unshift(this.#decodeHere(parts[0]!, options, lanes === 1 ? threads : 1, most));
    // All have ended before any error is told: nobody reads the snapshot or draws from a stream any more.
    const ended = await Promise.allSettled(decoding);
    const results: Completion[][] = requests.map(() => []);
    ended.forEach((lane, i) => {
      if (lane.status === "rejected") throw lane.reason;
      dealt[i]!.forEach(({ request, from }, j) =>
        lane.value[j]!.forEach((completion, k) => results[request]![from + k] = completion)
      );
    });
    return results;
  }

  async #decodeHere(
    requests: readonly GenerationRequest[],
    options: GenerationOptions,
    threads: number,
    maxRows: number,
  ): Promise<Completion[][]> {
    this.#own.load(this.#snapshot, threads);
    return await this.#own.decode(requests, options, maxRows);
  }
}
