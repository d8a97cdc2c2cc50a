/** @file A policy's folder in Hugging Face layout: configuration, tokenizer, weights. */

import { InputError } from "../errors.ts";
import { checkPolicyConfig, parameterShapes, type PolicyConfig } from "./config.ts";
import { formatGenerationConfig, formatPolicyConfig, readPolicyConfig } from "./config_json.ts";
import { replaceWhole } from "../files.ts";
import { checkpointFolder } from "./hub_checkpoint.ts";
import { formatOrigin, type Lineage } from "./model_card.ts";
import type { RawTensor } from "./safetensors.ts";
import { Tokenizer } from "./tokenizer/tokenizer.ts";
import { WeightFiles, writeWeights } from "./weight_files.ts";

/** A policy in memory, as it is saved. */
export interface PolicyParts {
  /** Its shape. */
  readonly config: PolicyConfig;
  /** Its tokenizer. */
  readonly tokenizer: Tokenizer;
  /** Its weights, under the names of `parameterShapes`. */
  readonly tensors: ReadonlyMap<string, RawTensor>;
  /** How it came to be; absent where nobody knows. */
  readonly lineage?: Lineage;
}

/** Fails unless the tensors are exactly the policy's parameters. */
function checkTensors(
  config: PolicyConfig,
  found: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  file: string,
): void {
  const expected = parameterShapes(config);
  for (const { name, shape } of expected) {
    const entry = found.get(name);
    if (entry === undefined) throw new InputError(`${file}: expected a tensor ${name}, found none`);
    if (entry.shape.join() !== shape.join()) {
      throw new InputError(
        `${file}: tensor ${name}: expected the shape [${shape}], found [${entry.shape}]`,
      );
    }
  }
  const names = new Set(expected.map(({ name }) => name));
  const unexpected = found.keys().find((name) => !names.has(name));
  if (unexpected !== undefined) {
    throw new InputError(`${file}: tensor ${unexpected}: config.json calls for none of this name`);
  }
}

/** What the head is called where the embeddings are not tied. */
const HEAD = "lm_head.weight";

/**
 * Whether a folder with tied embeddings stores the head all the same, as some tools do. Fails where it is not the embedding:
 * which of the two is meant, nobody can say.
 */
async function hasTiedHead(config: PolicyConfig, weights: WeightFiles): Promise<boolean> {
  if (!config.tieWordEmbeddings || !weights.entries.has(HEAD)) return false;
  const embedding = weights.pieces("model.embed_tokens.weight");
  for await (const piece of weights.pieces(HEAD)) {
    const { value = new Float32Array() } = await embedding.next();
    if (piece.length === value.length && piece.every((x, i) => x === value[i])) continue;
    throw new InputError(
      `${weights.path}: tensor ${HEAD}: expected the numbers of model.embed_tokens.weight, ` +
        `since tie_word_embeddings is true, found others`,
    );
  }
  return true;
}

/** Fails where the tokenizer has ids that the policy has no embedding for. */
function checkVocabulary(config: PolicyConfig, tokenizer: Tokenizer, where: string): void {
  if (tokenizer.vocabSize <= config.vocabSize) return;
  throw new InputError(
    `${where}: expected at most ${config.vocabSize} tokens (vocab_size of config.json), found ${tokenizer.vocabSize}`,
  );
}

/**
 * A policy folder whose configuration and tensors' names and shapes have been checked; the weights are read on demand.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => CheckpointFiles.open("no/such/folder"), Error, "no such file");
 * ```
 */
export class CheckpointFiles {
  /** The folder. */
  readonly dir: string;
  /** The policy's shape. */
  readonly config: PolicyConfig;
  readonly #weights: WeightFiles;

  private constructor(dir: string, config: PolicyConfig, weights: WeightFiles) {
    this.dir = dir;
    this.config = config;
    this.#weights = weights;
  }

  /**
   * Opens a checkpoint.
   *
   * @param where A folder, or `hf:owner/name[@revision]`; see {@link checkpointFolder}.
   * @throws {InputError} where a file is missing or malformed, or a tensor missing or unexpected.
   */
  static async open(where: string): Promise<CheckpointFiles> {
    const dir = await checkpointFolder(where, "checkpoint");
    const config = await readPolicyConfig(dir);
    const weights = await WeightFiles.open(dir);
    const entries = new Map(weights.entries);
    if (await hasTiedHead(config, weights)) entries.delete(HEAD);
    checkTensors(config, entries, weights.path);
    return new CheckpointFiles(dir, config, weights);
  }

  /** Reads the tokenizer. Throws {@link InputError} where it is missing, malformed or larger than the policy's vocabulary. */
  async tokenizer(): Promise<Tokenizer> {
    const tokenizer = await Tokenizer.load(this.dir);
    checkVocabulary(this.config, tokenizer, `${this.dir}/tokenizer.json`);
    return tokenizer;
  }

  /** Reads one tensor as float32. Throws {@link InputError} where the policy has none of this name. */
  tensor(name: string): Promise<RawTensor> {
    return this.#weights.read(name);
  }

  /** One tensor as float32, in pieces of whole rows: for who needs no copy of it. Throws as {@link tensor}. */
  pieces(name: string): AsyncGenerator<Float32Array<ArrayBuffer>> {
    return this.#weights.pieces(name);
  }

  /** Reads every tensor, in the order of `parameterShapes`. */
  async tensors(): Promise<Map<string, RawTensor>> {
    const tensors = new Map<string, RawTensor>();
    for (const { name } of parameterShapes(this.config)) {
      tensors.set(name, await this.tensor(name));
    }
    return tensors;
  }
}

/**
 * Writes a policy's folder, with a model card; a folder that is there is replaced once the new one is whole. `transformers`
 * opens the result, and equal policies give equal bytes. Of `generation_config.json`, the ids that begin, end and pad a text
 * are kept; how to sample is not, since another policy's settings say nothing of this one.
 *
 * @param dir The folder; its parent exists.
 * @param policy What to write. Tied embeddings have no `lm_head.weight`.
 * @param maxShardBytes See {@link writeWeights}.
 * @throws {InputError} where a tensor is missing, unexpected or of another shape, or the tokenizer is too large.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * const copy = async (from: string, to: string) => {
 *   const files = await CheckpointFiles.open(from);
 *   const [tokenizer, tensors] = [await files.tokenizer(), await files.tensors()];
 *   await writeCheckpoint(to, { config: files.config, tokenizer, tensors });
 * };
 * await assertRejects(() => copy("no/such/policy", "copy"), Error, "config.json: no such file");
 * ```
 */
export async function writeCheckpoint(
  dir: string,
  policy: PolicyParts,
  maxShardBytes?: number,
): Promise<void> {
  const { config, tokenizer, tensors } = policy;
  checkPolicyConfig(config, dir);
  checkTensors(config, tensors, dir);
  checkVocabulary(config, tokenizer, dir);
  const ordered = parameterShapes(config).map(({ name }) => [name, tensors.get(name)!] as const);
  await replaceWhole(dir, async (temporary) => {
    await Deno.mkdir(temporary);
    await Deno.writeTextFile(`${temporary}/config.json`, formatPolicyConfig(config));
    const generation = formatGenerationConfig(config);
    await Deno.writeTextFile(`${temporary}/generation_config.json`, generation);
    await tokenizer.save(temporary);
    for (const [name, text] of Object.entries(formatOrigin(config, policy.lineage ?? null))) {
      await Deno.writeTextFile(`${temporary}/${name}`, text);
    }
    await writeWeights(temporary, new Map(ordered), maxShardBytes);
  });
}
