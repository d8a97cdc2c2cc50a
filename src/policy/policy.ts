/** @file A policy in memory: a decoder's configuration and weights with their tokenizer. */
import { CheckpointFiles, writeCheckpoint } from "./checkpoint.ts";
import type { PolicyConfig } from "./config.ts";
import { checkRunnable } from "./runnable.ts";
import type { Tokenizer } from "./tokenizer/tokenizer.ts";
import { randomWeights, type Weights, weightsFromHf, weightsToHf } from "./weights.ts";

/**
 * A policy. Its weights are native memory: dispose of it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "./config_json.ts";
 * import { buildCharTokenizer } from "./tokenizer/char_tokenizer.ts";
 * import { Tokenizer } from "./tokenizer/tokenizer.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const tokenizer = Tokenizer.of(buildCharTokenizer("abc", ["<pad>", "<bos>", "<eos>"]));
 * using policy = Policy.random(config, tokenizer, 1, 0.02);
 * assertEquals(policy.encodePrompt("ab"), [1, 3, 4]); // <bos> is 1
 * assertEquals(policy.decodeCompletion([5, 3, 2]), "ca"); // <eos> is 2
 * ```
 */
export class Policy implements Disposable {
  /** Shape of the decoder. */
  readonly config: PolicyConfig;
  /** Text to ids and back. */
  readonly tokenizer: Tokenizer;
  /** Weights in the engine's layout; training updates them in place. */
  readonly weights: Weights;

  /** Takes the weights over. */
  constructor(config: PolicyConfig, tokenizer: Tokenizer, weights: Weights) {
    this.config = config;
    this.tokenizer = tokenizer;
    this.weights = weights;
  }

  /** A policy with random weights of this standard deviation (`initializer_range`). */
  static random(
    config: PolicyConfig,
    tokenizer: Tokenizer,
    seed: number,
    deviation: number,
  ): Policy {
    return new Policy(config, tokenizer, randomWeights(config, seed, deviation));
  }

  /**
   * Reads a folder in Hugging Face layout.
   *
   * @throws {InputError} where something in it is missing, malformed or unsupported.
   */
  static async load(dir: string): Promise<Policy> {
    const files = await CheckpointFiles.open(dir);
    checkRunnable(files.config, `${dir}/config.json`);
    const tokenizer = await files.tokenizer();
    return new Policy(files.config, tokenizer, weightsFromHf(files.config, await files.tensors()));
  }

  /** Writes a folder that `load` and `transformers` open. */
  async save(dir: string): Promise<void> {
    const { config, tokenizer, weights } = this;
    await writeCheckpoint(dir, { config, tokenizer, tensors: weightsToHf(config, weights) });
  }

  /** A copy of the weights as they are now. */
  copyWeights(): Map<string, Float32Array<ArrayBuffer>> {
    return new Map([...this.weights].map(([name, tensor]) => [name, tensor.data.slice()]));
  }

  /** Puts a copy's numbers back into the weights. */
  setWeights(copy: ReadonlyMap<string, Float32Array>): void {
    for (const [name, tensor] of this.weights) tensor.data.set(copy.get(name)!);
  }

  /** Ids of a prompt, behind the token that opens a sequence where the policy has one. */
  encodePrompt(text: string): number[] {
    return encodePrompt(this.config, this.tokenizer, text);
  }

  /** Text of a completion, without the token that ended it. */
  decodeCompletion(tokens: readonly number[]): string {
    const ended = this.config.eosTokenIds.includes(tokens.at(-1) ?? -1);
    return this.tokenizer.decode(ended ? tokens.slice(0, -1) : tokens);
  }

  /** Releases the weights. */
  [Symbol.dispose](): void {
    for (const tensor of this.weights.values()) tensor[Symbol.dispose]();
  }
}

/**
 * Ids of a prompt, behind the token that opens a sequence where the policy has one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "./config_json.ts";
 * import { buildCharTokenizer } from "./tokenizer/char_tokenizer.ts";
 * import { Tokenizer } from "./tokenizer/tokenizer.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const tokenizer = Tokenizer.of(buildCharTokenizer("abc", ["<pad>", "<bos>", "<eos>"]));
 * assertEquals(encodePrompt(config, tokenizer, "ab"), [1, 3, 4]);
 * assertEquals(encodePrompt({ ...config, bosTokenId: null }, tokenizer, "ab"), [3, 4]);
 * ```
 */
export function encodePrompt(config: PolicyConfig, tokenizer: Tokenizer, text: string): number[] {
  const { bosTokenId } = config;
  return [...(bosTokenId === null ? [] : [bosTokenId]), ...tokenizer.encode(text)];
}
