/** @file Inference with a policy in this process. */
import { refusedAt } from "../errors.ts";
import { Generator } from "../policy/generator.ts";
import type { GenerationRequest } from "../policy/row.ts";
import type { PolicyConfig } from "../policy/config.ts";
import type { Policy } from "../policy/policy.ts";
import { completionRoom } from "../policy/room.ts";
import { StopCondition } from "../policy/stopping.ts";
import { Rng } from "../random/rng.ts";
import type { Inference, InferenceRequest, TakeAnswer } from "./inference.ts";

/** How a policy answers. */
export interface EmbeddedOptions {
  /** Threads that an operator may use. */
  readonly threads: number;
  /**
   * Most completions that are decoded at once. Default: as many as have room in 2 GiB of keys and values, at most 256, beyond
   * which nothing gets faster on a CPU.
   */
  readonly maxRows?: number;
}

/** Bytes of keys and values, and rows, where nobody says how many rows. */
const DEFAULT_CACHE = 2 ** 31;
const DEFAULT_ROWS = 256;

/**
 * Answers with the engine's decoder, some requests at once; those with one prompt share its prefill. The policy stays the caller's.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "../policy/config_json.ts";
 * import { Policy } from "../policy/policy.ts";
 * import { buildCharTokenizer } from "../policy/tokenizer/char_tokenizer.ts";
 * import { Tokenizer } from "../policy/tokenizer/tokenizer.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const tokenizer = Tokenizer.of(buildCharTokenizer("abc", ["<pad>", "<bos>", "<eos>"]));
 * using policy = Policy.random(config, tokenizer, 1, 0.02);
 * using inference = new EmbeddedInference(policy, { model: "random" }, { threads: 1, maxRows: 4 });
 * const prompt = { system: "", user: "ab" };
 * const request = { id: "p", prompt, temperature: 1, seed: 5, maxTokens: 6 };
 * const texts: string[] = [];
 * await inference.answer([request, request], async (_, { text }) => void texts.push(text));
 * assertEquals(texts[0], texts[1]); // one seed, one completion
 * ```
 */
export class EmbeddedInference implements Inference, Disposable {
  readonly identity: Inference["identity"];
  readonly #policy: Policy;
  readonly #generator: Generator;
  readonly #maxRows: number | null;
  readonly #stop: StopCondition;

  /**
   * Compiles nothing before the first request.
   *
   * @param identity Tells this policy from others, e.g. a hash of its files.
   */
  constructor(policy: Policy, identity: Inference["identity"], options: EmbeddedOptions) {
    this.identity = identity;
    this.#policy = policy;
    const { threads, maxRows } = options;
    this.#generator = new Generator(policy.config, policy.weights, {
      threads,
      maxRows: maxRows ?? DEFAULT_ROWS,
    });
    this.#maxRows = maxRows ?? null;
    this.#stop = new StopCondition(policy.prompts.endTokenIds, [], policy.tokenizer);
  }

  /**
   * As {@link Inference.answer}; answers come in batches.
   *
   * @throws {InputError} before anything is decoded, where a prompt cannot be encoded, or does not fit with its budget into the context.
   */
  async answer(requests: readonly InferenceRequest[], take: TakeAnswer): Promise<void> {
    const known = new Map<string, readonly number[]>();
    const encoded = requests.map((request) => this.#encode(request, known));
    const longest = encoded.reduce((most, e) => Math.max(most, e.ids.length + e.maxTokens), 1);
    const rows = this.#maxRows ?? defaultRows(this.#policy.config, longest);
    // The generator draws at one temperature at a time.
    for (const places of Map.groupBy(encoded.keys(), (i) => requests[i]!.temperature).values()) {
      const { temperature } = requests[places[0]!]!;
      for (let at = 0; at < places.length; at += rows) {
        const batch = places.slice(at, at + rows);
        // One array of ids for one prompt: that the generator computes once.
        const groups = [...Map.groupBy(batch, (i) => encoded[i]!.key).values()];
        const completions = await this.#generator.generate(
          groups.map((group): GenerationRequest => ({
            prompt: encoded[group[0]!]!.ids,
            maxTokens: encoded[group[0]!]!.maxTokens,
            streams: group.map((i) => new Rng("inference", requests[i]!.seed)),
          })),
          { temperature, topP: 1, topK: 0, stop: this.#stop },
        );
        for (const [g, group] of groups.entries()) {
          for (const [sample, place] of group.entries()) {
            const { tokens, truncated } = completions[g]![sample]!;
            const text = this.#policy.decodeCompletion(tokens);
            await take(place, { text, tokens: tokens.length, truncated });
          }
        }
      }
    }
  }

  /** Releases the compiled graph and the cache. */
  [Symbol.dispose](): void {
    this.#generator[Symbol.dispose]();
  }

  #encode(
    { id, prompt, maxTokens: wanted }: InferenceRequest,
    known: Map<string, readonly number[]>,
  ) {
    const text = JSON.stringify([prompt.system, prompt.user]);
    const ids = known.get(text) ?? this.#ids(id, prompt);
    known.set(text, ids);
    const maxTokens = completionRoom(this.#policy.config, ids, wanted, id);
    return { ids, maxTokens, key: `${maxTokens} ${text}` };
  }

  /** Ids of a prompt; what the tokenizer or the template refuses is said of this request. */
  #ids(id: string, prompt: InferenceRequest["prompt"]): readonly number[] {
    return refusedAt(id, () => this.#policy.prompts.encode(prompt).ids);
  }
}

/**
 * Completions at once where nobody says how many: those whose keys and values, in float32, have room in 2 GiB; from 1 to 256.
 *
 * @param tokens Of the longest sequence, prompt and completion.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const qwen = { layers: 24, kvHeads: 2, headDim: 64 }; // Qwen2.5-0.5B: 24 KiB a token
 * assertEquals([defaultRows(qwen, 512), defaultRows(qwen, 4096), defaultRows(qwen, 32768)], [170, 21, 2]);
 * ```
 */
export function defaultRows(
  { layers, kvHeads, headDim }: Pick<PolicyConfig, "layers" | "kvHeads" | "headDim">,
  tokens: number,
): number {
  const bytes = 4 * 2 * layers * kvHeads * headDim * tokens;
  return Math.min(DEFAULT_ROWS, Math.max(1, Math.floor(DEFAULT_CACHE / bytes)));
}
