/** @file A policy's configuration as the `config.json` and `generation_config.json` of a Hugging Face folder. */

import { InputError } from "../errors.ts";
import { readText, readTextIfPresent } from "../files.ts";
import { checkPolicyConfig, configProblem, type PolicyConfig } from "./config.ts";
import { describeJson, type JsonObject, parseJsonObject } from "./files.ts";
import { JsonFields } from "./json_fields.ts";

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
  rmsNormEps: "rms_norm_eps",
  attentionBias: "attention_bias",
  tieWordEmbeddings: "tie_word_embeddings",
  maxPositions: "max_position_embeddings",
  bosTokenId: "bos_token_id",
  eosTokenIds: "eos_token_id",
  padTokenId: "pad_token_id",
};

/** What `transformers` assumes where the file is silent, per model type. */
const DEFAULTS: Readonly<Record<string, JsonObject>> = {
  qwen2: {
    architectures: ["Qwen2ForCausalLM"],
    num_key_value_heads: 32,
    max_position_embeddings: 32768,
    bos_token_id: null,
    eos_token_id: null,
  },
  llama: {
    architectures: ["LlamaForCausalLM"],
    num_key_value_heads: null,
    max_position_embeddings: 2048,
    bos_token_id: 1,
    eos_token_id: 2,
  },
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

/** The same for fields whose meaning depends on the model type: Qwen2 always has a QKV bias, Llama's is on `o_proj` too. */
const UNCHANGED_FOR: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  qwen2: { attention_bias: [true], qkv_bias: [true] },
  llama: { attention_bias: [false] },
};

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

function modelType(raw: JsonObject, file: string): "qwen2" | "llama" {
  const type = raw["model_type"];
  if (type !== "qwen2" && type !== "llama") {
    throw new InputError(
      `${file}: model_type: expected "qwen2" or "llama", found ${describeJson(type)}`,
    );
  }
  return type;
}

/** The rotary base, from wherever the version of `transformers` that wrote the file puts it. */
function ropeTheta(fields: JsonFields): number {
  const found = new Map<string, number>();
  for (const name of ["rope_parameters", "rope_scaling"]) {
    const rope = fields.object(name);
    for (const key of ["rope_type", "type"]) {
      const type = rope[key] ?? "default";
      if (type !== "default") fields.fail(`${name}.${key}`, '"default" (no scaling)', type);
    }
    const known = ["rope_type", "type", "rope_theta", "partial_rotary_factor"];
    const other = Object.keys(rope).find((key) => !known.includes(key));
    if (other !== undefined) fields.fail(`${name}.${other}`, "nothing", rope[other]);
    const partial = rope["partial_rotary_factor"] ?? 1;
    if (partial !== 1) fields.fail(`${name}.partial_rotary_factor`, "1", partial);
    const theta = rope["rope_theta"];
    if (theta === undefined || theta === null) continue;
    if (typeof theta !== "number") fields.fail(`${name}.rope_theta`, "a positive number", theta);
    found.set(`${name}.rope_theta`, theta);
  }
  if ((fields.get("rope_theta") ?? null) !== null) {
    found.set("rope_theta", fields.number("rope_theta", 0));
  }
  const [first, ...others] = found;
  if (first === undefined) return 10000;
  const contrary = others.find(([, theta]) => theta !== first[1]);
  if (contrary) fields.fail(contrary[0], `${first[1]}, as in ${first[0]}`, contrary[1]);
  return first[1];
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
 * passed over; a field that has one which the engine lacks (a sliding window, rope scaling, another activation,
 * quantisation…) is an error, never ignored.
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
  const fields = new JsonFields(raw, DEFAULTS[type]!, file);
  const architectures = describeJson(DEFAULTS[type]!["architectures"]);
  if (
    describeJson(fields.get("architectures") ?? DEFAULTS[type]!["architectures"]) !== architectures
  ) {
    fields.fail("architectures", architectures);
  }
  refuseChanges(fields, UNCHANGED);
  refuseChanges(fields, UNCHANGED_FOR[type]!);
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
    ropeTheta: ropeTheta(fields),
    rmsNormEps: fields.number("rms_norm_eps", 1e-6),
    attentionBias: type === "qwen2",
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
 * The text of `config.json`: a Qwen2 model where the projections have a bias, a Llama model where they have none, since
 * each class of `transformers` has only its own case. Both the names of version 4 (`rope_theta`) and those of version 5
 * (`rope_parameters`) are written; each reads its own.
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
  const type = config.attentionBias ? "qwen2" : "llama";
  const json = {
    architectures: DEFAULTS[type]!["architectures"],
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
    rope_theta: config.ropeTheta,
    rope_parameters: { rope_type: "default", rope_theta: config.ropeTheta },
    attention_dropout: 0,
    tie_word_embeddings: config.tieWordEmbeddings,
    ...(config.attentionBias
      ? { use_sliding_window: false }
      : { attention_bias: false, mlp_bias: false }),
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
