/** @file A policy in memory: a decoder's configuration and weights with their tokenizer and chat template. */
import { type ChatTemplate, type ChatVariables, readChatTemplate } from "./chat_template.ts";
import { CheckpointFiles, writeCheckpoint } from "./checkpoint.ts";
import type { PolicyConfig } from "./config.ts";
import { Adapter } from "./lora/adapter.ts";
import type { LoraConfig } from "./lora/config.ts";
import type { Lineage } from "./model_card.ts";
import { PromptEncoder } from "./prompt_encoder.ts";
import { checkRunnable } from "./runnable.ts";
import type { Tokenizer } from "./tokenizer/tokenizer.ts";
import { randomWeights, type Weights, weightsFromHf, weightsToHf } from "./weights.ts";

/** What holds newer weights than the policy's own may be. */
export interface WeightHolder {
  /** Copies them to the policy's, unless those are as new. */
  bringBack(): void;
}

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
 * assertEquals(policy.prompts.encode({ system: "", user: "ab" }).ids, [1, 3, 4]); // <bos> is 1
 * assertEquals(policy.decodeCompletion([5, 3, 2]), "ca"); // <eos> is 2
 * ```
 */
export class Policy implements Disposable {
  /** Shape of the decoder. */
  readonly config: PolicyConfig;
  /** Text to ids and back. */
  readonly tokenizer: Tokenizer;
  /** Prompts and completions to ids. */
  readonly prompts: PromptEncoder;
  readonly #weights: Weights;
  #adapter: Adapter | null = null;
  #holder: WeightHolder | null = null;

  /**
   * Takes the weights over.
   *
   * @throws {InputError} where the chat template is not fit for prompts.
   */
  constructor(
    config: PolicyConfig,
    tokenizer: Tokenizer,
    weights: Weights,
    chat: ChatTemplate | null = null,
  ) {
    this.config = config;
    this.tokenizer = tokenizer;
    this.prompts = new PromptEncoder(config, tokenizer, chat);
    this.#weights = weights;
  }

  /**
   * Weights in the engine's layout; training updates them in place. With an adapter, they are merged with it. Where they are held
   * elsewhere, asking for them brings them back.
   */
  get weights(): Weights {
    this.#holder?.bringBack();
    return this.#weights;
  }

  /** From now on the weights are held elsewhere, on a device, or here again (null): then they are brought back first. */
  holdAt(holder: WeightHolder | null): void {
    this.#holder?.bringBack();
    this.#holder = holder;
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
   * Reads a checkpoint in Hugging Face layout, with its chat template where it has one.
   *
   * @param where Its folder, or `hf:owner/name[@revision]` for a model on the Hub.
   * @param variables Values for variables of the chat template, e.g. `enable_thinking`.
   * @throws {InputError} where something in it is missing, malformed or unsupported.
   */
  static async load(where: string, variables: ChatVariables = {}): Promise<Policy> {
    const files = await CheckpointFiles.open(where);
    const { dir } = files;
    checkRunnable(files.config, `${dir}/config.json`);
    const tokenizer = await files.tokenizer();
    const chat = readChatTemplate(tokenizer.files, dir, variables);
    const weights = await weightsFromHf(files.config, (name) => files.pieces(name));
    return new Policy(files.config, tokenizer, weights, chat);
  }

  /**
   * Writes a folder that `load` and `transformers` open, with a model card.
   *
   * @param lineage How the policy came to be, for the card; null where nobody knows.
   */
  async save(dir: string, lineage: Lineage | null = null): Promise<void> {
    const { config, tokenizer, weights } = this;
    const tensors = weightsToHf(config, weights);
    await writeCheckpoint(dir, { config, tokenizer, tensors, ...lineage && { lineage } });
  }

  /** What is trained instead of the weights; null where there is none. */
  get adapter(): Adapter | null {
    return this.#adapter;
  }

  /**
   * Gives the policy a fresh adapter, which changes nothing yet. From now on it alone is trained.
   *
   * @throws {TypeError} where the policy has one already.
   */
  adapt(lora: LoraConfig, seed: number): Adapter {
    if (this.#adapter) throw new TypeError("the policy has an adapter already");
    return this.#adapter = Adapter.fresh(this.config, lora, this.weights, seed);
  }

  /** What is trained: the weights, or the adapter. */
  get trained(): Weights {
    return this.#adapter?.tensors ?? this.weights;
  }

  /** A copy of what is trained, as it is now. */
  copyWeights(): Map<string, Float32Array<ArrayBuffer>> {
    return new Map([...this.trained].map(([name, tensor]) => [name, tensor.data.slice()]));
  }

  /** Puts a copy's numbers back. */
  setWeights(copy: ReadonlyMap<string, Float32Array>): void {
    for (const [name, tensor] of this.trained) tensor.data.set(copy.get(name)!);
    this.#adapter?.merge();
  }

  /** Text of a completion, without the token that ended it. */
  decodeCompletion(tokens: readonly number[]): string {
    const ended = this.prompts.endTokenIds.includes(tokens.at(-1) ?? -1);
    return this.tokenizer.decode(ended ? tokens.slice(0, -1) : tokens);
  }

  /** Releases the weights and the adapter. */
  [Symbol.dispose](): void {
    this.#adapter?.[Symbol.dispose]();
    for (const tensor of this.#weights.values()) tensor[Symbol.dispose]();
  }
}
