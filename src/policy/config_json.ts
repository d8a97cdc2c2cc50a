/** @file A policy's configuration as the `config.json` and `generation_config.json` of a Hugging Face folder. */

import { InputError } from "../errors.ts";
import { readText, readTextIfPresent } from "../files.ts";
import { ARCHITECTURES, type ModelType, modelTypeOf } from "./architectures.ts";
import { checkPolicyConfig, configProblem, type PolicyConfig } from "./config.ts";
import { describeJson, type JsonObject, parseJsonObject } from "./files.ts";
import { JsonFields } from "./json_fields.ts";
import { formatRope, parseRope } from "./rope_json.ts";

/** What each field is called in `config.json`. */
const NAMES: Readonly<Record<keyof PolicyConfig, string>> = {
  vocabSize: "vocab_size",
  hiddenSize: "hidden_size",
  intermediateSize: "intermediate_size",
  layers: "num_hidden_layers",
  heads: "num_attention_heads",
  kvHeads: "num_key_value_heads",
  headDim: "head_dim",
  ropeTheta: "rope_theta",
  ropeScaling: "rope_scaling",
  rmsNormEps: "rms_norm_eps",
  attentionBias: "attention_bias",
  qkNorm: "model_type",
  tieWordEmbeddings: "tie_word_embeddings",
  maxPositions: "max_position_embeddings",
  bosTokenId: "bos_token_id",
  eosTokenIds: "eos_token_id",
  padTokenId: "pad_token_id",
};

/** Fields that change the computation in a way the engine does not have: the values that leave it unchanged. */
const UNCHANGED: Readonly<Record<string, readonly unknown[]>> = {
  hidden_act: ["silu", "swish"],
  attention_dropout: [0],
  is_causal: [true],
  mlp_bias: [false],
  partial_rotary_factor: [1],
  quantization_config: [],
  compression_config: [],
  use_mrope: [false],
};

/**
 * Fields that have no effect on the computation, or only through others that are read. Every other field is an error: a model
 * that has one may be another model (`auto_map` names code of its own).
 */
const IDLE: ReadonlySet<string> = new Set(
  [
    // Names, and who wrote the file.
    "_name_or_path name_or_path _commit_hash architectures model_type transformers_version",
    "tokenizer_class is_llama_config transformers.js_config unsloth_version unsloth_fixed",
    // Ways to compute the same.
    "torch_dtype dtype torchscript _attn_implementation _attn_implementation_autoset",
    "use_cache pretraining_tp chunk_size_feed_forward",
    // Initialisation, other tasks, what is returned.
    "initializer_range id2label label2id num_labels problem_type finetuning_task task_specific_params",
    "return_dict output_attentions output_hidden_states is_decoder is_encoder_decoder",
    "sep_token_id decoder_start_token_id prefix",
    // How to sample, which older versions kept here.
    "do_sample temperature top_p top_k repetition_penalty max_length max_new_tokens",
    // Read with others.
    "layer_types use_sliding_window sliding_window max_window_layers",
    "rope_parameters rope_scaling rope_theta",
  ].flatMap((line) => line.split(" ")),
);

/** Fails for a field that nothing here knows, unless it is switched off. */
function refuseUnknown(fields: JsonFields, raw: JsonObject, own: Iterable<string>): void {
  const known = new Set([...IDLE, ...own, ...Object.values(NAMES), ...Object.keys(UNCHANGED)]);
  for (const [name, value] of Object.entries(raw)) {
    if (known.has(name) || value === null || value === false) continue;
    fields.fail(
      name,
      "no field of this name (if it changes nothing in the computation, remove it)",
      value,
    );
  }
}

/** Fails where the numbers do not fit each other, under the file's names. */
function checkFields(fields: JsonFields, config: PolicyConfig): PolicyConfig {
  const problem = configProblem(config);
  if (problem) fields.fail(NAMES[problem.field], problem.expected, config[problem.field]);
  return config;
}

/** Fails unless every one of these fields that is there has a value that changes nothing. */
function refuseChanges(fields: JsonFields, allowed: Readonly<Record<string, readonly unknown[]>>) {
  for (const [name, values] of Object.entries(allowed)) {
    const value = fields.get(name);
    if (value === undefined || value === null || values.includes(value)) continue;
    fields.fail(name, values.length === 0 ? "none" : values.map(describeJson).join(" or "));
  }
}

function modelType(raw: JsonObject, file: string): ModelType {
  const type = raw["model_type"];
  if (typeof type === "string" && Object.hasOwn(ARCHITECTURES, type)) return type as ModelType;
  const expected = Object.keys(ARCHITECTURES).map((name) => `"${name}"`).join(" or ");
  throw new InputError(`${file}: model_type: expected ${expected}, found ${describeJson(type)}`);
}

/** Fails where some layer attends to a window only. */
function refuseSlidingWindow(fields: JsonFields, layers: number): void {
  const types = fields.get("layer_types") ?? [];
  if (!Array.isArray(types) || types.some((type) => type !== "full_attention")) {
    fields.fail("layer_types", '"full_attention" in every layer');
  }
  const inUse = fields.flag("use_sliding_window") && fields.get("sliding_window") !== null;
  const spared = Number(fields.get("max_window_layers") ?? 28);
  if (inUse && !(spared >= layers)) fields.fail("use_sliding_window", "false");
}

/**
 * Reads a parsed `config.json`, as `transformers` 4 or 5 writes it. Fields that have no effect on the computation are
 * passed over; a field that has one which the engine lacks (a sliding window, another activation, quantisation…) is an
 * error, never ignored, and so is a field that is not known.
 *
 * @param raw The parsed file.
 * @param file What error messages name.
 * @throws {InputError} naming file, field, what was expected and what was found.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const config = parsePolicyConfig({
 *   model_type: "qwen2", vocab_size: 40, hidden_size: 32, intermediate_size: 64,
 *   num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, eos_token_id: 2,
 * }, "config.json");
 * assertEquals(config.headDim, 8);
 * assertEquals(config.attentionBias, true);
 * assertEquals(config.eosTokenIds, [2]);
 * ```
 */
export function parsePolicyConfig(raw: JsonObject, file: string): PolicyConfig {
  const type = modelType(raw, file);
  const { className, defaults, unchanged, attentionBias, qkNorm } = ARCHITECTURES[type];
  const fields = new JsonFields(raw, defaults, file);
  const architectures = describeJson([className]);
  if (describeJson(fields.get("architectures") ?? [className]) !== architectures) {
    fields.fail("architectures", architectures);
  }
  refuseChanges(fields, UNCHANGED);
  refuseChanges(fields, unchanged);
  refuseUnknown(fields, raw, Object.keys(unchanged));
  const heads = fields.size("num_attention_heads");
  const hiddenSize = fields.size("hidden_size");
  const layers = fields.size("num_hidden_layers");
  refuseSlidingWindow(fields, layers);
  const headDim = fields.sizeOr("head_dim", hiddenSize / heads);
  return checkFields(fields, {
    vocabSize: fields.size("vocab_size"),
    hiddenSize,
    intermediateSize: fields.size("intermediate_size"),
    layers,
    heads,
    kvHeads: fields.sizeOr("num_key_value_heads", heads),
    headDim,
    ...parseRope(fields),
    rmsNormEps: fields.number("rms_norm_eps", 1e-6),
    attentionBias,
    qkNorm,
    tieWordEmbeddings: fields.flag("tie_word_embeddings"),
    maxPositions: fields.size("max_position_embeddings"),
    bosTokenId: fields.id("bos_token_id"),
    eosTokenIds: fields.ids("eos_token_id"),
    padTokenId: fields.id("pad_token_id"),
  });
}

/** Special ids as both files write them: a list only where there are several. */
function specialIds(config: PolicyConfig): JsonObject {
  const eos = config.eosTokenIds;
  return {
    bos_token_id: config.bosTokenId,
    eos_token_id: eos.length > 1 ? eos : eos[0] ?? null,
    pad_token_id: config.padTokenId,
  };
}

/**
 * The text of `config.json`: of the model type that has the policy's parts, since each class of `transformers` has only its
 * own case. Both the names of version 4 (`rope_theta`) and those of version 5 (`rope_parameters`) are written; each reads its
 * own.
 *
 * @throws {InputError} where the configuration is invalid.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 40, hidden_size: 32, intermediate_size: 64,
 *   num_hidden_layers: 2, num_attention_heads: 4,
 * }, "config.json");
 * assertEquals(parsePolicyConfig(JSON.parse(formatPolicyConfig(config)), "again"), config);
 * ```
 */
export function formatPolicyConfig(config: PolicyConfig): string {
  checkPolicyConfig(config, "policy configuration");
  const type = modelTypeOf(config)!;
  const json = {
    architectures: [ARCHITECTURES[type].className],
    model_type: type,
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.headDim,
    hidden_act: "silu",
    max_position_embeddings: config.maxPositions,
    rms_norm_eps: config.rmsNormEps,
    ...formatRope(config),
    attention_dropout: 0,
    tie_word_embeddings: config.tieWordEmbeddings,
    ...ARCHITECTURES[type].written,
    ...specialIds(config),
    // The older of two names that mean the same: every version reads it.
    torch_dtype: "float32",
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/**
 * The text of `generation_config.json`: the ids that `transformers` starts, stops and pads with when it generates.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const config = parsePolicyConfig({
 *   model_type: "qwen2", vocab_size: 40, hidden_size: 32, intermediate_size: 64,
 *   num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, eos_token_id: [2, 3],
 * }, "config.json");
 * assertEquals(JSON.parse(formatGenerationConfig(config)).eos_token_id, [2, 3]);
 * ```
 */
export function formatGenerationConfig(config: PolicyConfig): string {
  return `${JSON.stringify(specialIds(config), null, 2)}\n`;
}

/**
 * Reads the configuration of a policy folder. Where `generation_config.json` names special ids, they win over those of
 * `config.json`, as they do in `transformers`: a chat model's end of turn is often named there only.
 *
 * @param dir The folder.
 * @throws {InputError} where a file is missing, malformed or unsupported.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => readPolicyConfig("no/such/folder"), Error, "config.json: no such file");
 * ```
 */
export async function readPolicyConfig(dir: string): Promise<PolicyConfig> {
  const file = `${dir}/config.json`;
  const config = parsePolicyConfig(parseJsonObject(await readText(file), file), file);
  const generationFile = `${dir}/generation_config.json`;
  const text = await readTextIfPresent(generationFile);
  if (text === null) return config;
  const fields = new JsonFields(parseJsonObject(text, generationFile), {}, generationFile);
  const eosTokenIds = fields.ids("eos_token_id");
  return checkFields(fields, {
    ...config,
    bosTokenId: fields.id("bos_token_id") ?? config.bosTokenId,
    eosTokenIds: eosTokenIds.length > 0 ? eosTokenIds : config.eosTokenIds,
    padTokenId: fields.id("pad_token_id") ?? config.padTokenId,
  });
}
