import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { ARCHITECTURES } from "../../src/policy/architectures.ts";
import {
  formatGenerationConfig,
  formatPolicyConfig,
  parsePolicyConfig,
  readPolicyConfig,
} from "../../src/policy/config_json.ts";
import type { PolicyConfig } from "../../src/policy/config.ts";
import { inFolder, SMALL } from "./fixtures.ts";

const LLAMA3 = { factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositions: 32 };

const golden = async (version: number) =>
  JSON.parse(
    await Deno.readTextFile(new URL(`../golden/configs.${version}.json`, import.meta.url)),
  );

for (const version of [4, 5]) {
  Deno.test(`parsePolicyConfig() reads what transformers ${version} writes`, async () => {
    const files = await golden(version);
    const qwen: PolicyConfig = {
      ...SMALL,
      headDim: 8,
      rmsNormEps: 1e-6,
      tieWordEmbeddings: true,
    };
    assertEquals(parsePolicyConfig(files.qwen2, "qwen2"), qwen);
    assertEquals(parsePolicyConfig(files.llama, "llama"), {
      ...SMALL,
      headDim: 8,
      attentionBias: false,
      bosTokenId: 1,
      eosTokenIds: [2],
      padTokenId: null,
    });
    const defaults = parsePolicyConfig(files.defaults, "defaults");
    assertEquals(defaults.ropeTheta, 10000);
    assertEquals([defaults.heads, defaults.kvHeads, defaults.headDim], [32, 32, 128]);
  });
}

Deno.test("parsePolicyConfig() assumes what transformers assumes when the file is silent", () => {
  const sizes = {
    vocab_size: 40,
    hidden_size: 64,
    intermediate_size: 48,
    num_hidden_layers: 2,
    num_attention_heads: 32,
  };
  const qwen = parsePolicyConfig({ model_type: "qwen2", ...sizes }, "config.json");
  assertEquals(qwen.kvHeads, 32);
  assertEquals(qwen.maxPositions, 32768);
  assertEquals([qwen.bosTokenId, qwen.eosTokenIds, qwen.padTokenId], [null, [], null]);
  const llama = parsePolicyConfig({ model_type: "llama", ...sizes }, "config.json");
  assertEquals(llama.kvHeads, 32);
  assertEquals(llama.maxPositions, 2048);
  assertEquals([llama.bosTokenId, llama.eosTokenIds, llama.padTokenId], [1, [2], null]);
  assertEquals([llama.ropeTheta, llama.rmsNormEps, llama.tieWordEmbeddings], [10000, 1e-6, false]);
});

Deno.test("formatPolicyConfig() writes what parsePolicyConfig() reads back", () => {
  for (const [type, { attentionBias, qkNorm }] of Object.entries(ARCHITECTURES)) {
    for (const eosTokenIds of [[], [3], [3, 4]]) {
      for (const ropeScaling of [null, LLAMA3]) {
        const more = { eosTokenIds, padTokenId: null, ropeTheta: 1e6, ropeScaling };
        const config = { ...SMALL, attentionBias, qkNorm, ...more };
        const json = JSON.parse(formatPolicyConfig(config));
        assertEquals(parsePolicyConfig(json, "config.json"), config);
        assertEquals(json.model_type, type);
        assertEquals("attention_bias" in json, !attentionBias);
        assertEquals("rope_scaling" in json, ropeScaling !== null);
      }
    }
  }
});

Deno.test("formatPolicyConfig() throws when the configuration is invalid", () => {
  assertThrows(() => formatPolicyConfig({ ...SMALL, heads: 5 }), InputError, "heads");
});

const base = JSON.parse(formatPolicyConfig(SMALL));
const llama = JSON.parse(formatPolicyConfig({ ...SMALL, attentionBias: false }));
const refused: [string, Record<string, unknown>, string][] = [
  ["another model", { model_type: "gemma" }, 'model_type: expected "qwen2" or "qwen3" or "llama"'],
  ["no model type", { model_type: undefined }, "found nothing"],
  ["another class", { architectures: ["Qwen2ForSequenceClassification"] }, "architectures: expec"],
  ["another activation", { hidden_act: "gelu" }, 'hidden_act: expected "silu"'],
  ["dropout", { attention_dropout: 0.1 }, "attention_dropout: expected 0, found 0.1"],
  ["bidirectional attention", { is_causal: false }, "is_causal: expected true, found false"],
  ["a sliding window", { use_sliding_window: true, max_window_layers: 1 }, "use_sliding_window"],
  [
    "a sliding window everywhere",
    { use_sliding_window: true, max_window_layers: 0 },
    "use_sliding",
  ],
  ["a sliding layer", { layer_types: ["full_attention", "sliding_attention"] }, "layer_types"],
  ["another rope scaling", { rope_scaling: { type: "linear" } }, "rope_scaling.type: expected"],
  ["yarn", { rope_parameters: { rope_type: "yarn", factor: 4 } }, "rope_parameters.rope_type"],
  ["a stray rope field", { rope_scaling: { factor: 2 } }, "rope_scaling.factor: expected nothing"],
  ["rope per layer type", { rope_parameters: { full_attention: {} } }, "full_attention"],
  ["partial rotary", { partial_rotary_factor: 0.5 }, "partial_rotary_factor: expected 1"],
  [
    "partial rotary, newer",
    { rope_parameters: { partial_rotary_factor: 0.5 } },
    "rope_parameters.partial_rotary_factor: expected 1, found 0.5",
  ],
  ["two bases", { rope_theta: 1 }, "rope_theta: expected 5000, as in rope_parameters.rope_theta"],
  ["a base that is text", { rope_parameters: { rope_theta: "big" } }, "rope_theta: expected a po"],
  ["quantisation", { quantization_config: { bits: 4 } }, "quantization_config: expected none"],
  ["Qwen2 without bias", { attention_bias: false }, "attention_bias: expected true"],
  [
    "a field that is not known",
    { attn_logit_softcapping: 50 },
    "attn_logit_softcapping: expected no",
  ],
  [
    "code of its own",
    { auto_map: { AutoModel: "m.Model" } },
    "auto_map: expected no field of this",
  ],
  ["a missing size", { hidden_size: undefined }, "hidden_size: expected a positive integer"],
  ["a size as text", { vocab_size: "40" }, 'vocab_size: expected a positive integer, found "40"'],
  ["heads that do not divide", { num_attention_heads: 5 }, "num_attention_heads: expected a divi"],
  ["kv heads that do not divide", { num_key_value_heads: 3 }, "num_key_value_heads: expected"],
  ["an odd head", { head_dim: 5 }, "head_dim: expected an even number"],
  ["an id outside", { eos_token_id: [1, 99] }, "eos_token_id: expected ids from 0 to 39"],
  ["an id that is text", { eos_token_id: "</s>" }, "eos_token_id: expected a token id"],
  ["two padding ids", { pad_token_id: [0, 1] }, "pad_token_id: expected one token id or null"],
  ["a flag as text", { tie_word_embeddings: "yes" }, "tie_word_embeddings: expected true or false"],
];
for (const [what, change, message] of refused) {
  Deno.test(`parsePolicyConfig() throws an InputError naming the field when there is ${what}`, () => {
    const run = () => parsePolicyConfig({ ...base, ...change }, "some/config.json");
    assertThrows(run, InputError, message);
    assertThrows(run, InputError, "some/config.json: ");
  });
}

Deno.test("parsePolicyConfig() throws when a Llama model has a bias anywhere", () => {
  for (const field of ["attention_bias", "mlp_bias"]) {
    assertThrows(
      () => parsePolicyConfig({ ...llama, [field]: true }, "config.json"),
      InputError,
      `config.json: ${field}: expected false, found true`,
    );
  }
});

Deno.test("parsePolicyConfig() gives Qwen3 the width of heads that transformers assumes", () => {
  const qwen3 = JSON.parse(formatPolicyConfig({ ...SMALL, attentionBias: false, qkNorm: true }));
  const silent = { ...qwen3, head_dim: undefined };
  assertEquals(parsePolicyConfig(silent, "config.json").headDim, 128);
  assertThrows(
    () => parsePolicyConfig({ ...qwen3, attention_bias: true }, "config.json"),
    InputError,
    "config.json: attention_bias: expected false, found true",
  );
});

Deno.test("parsePolicyConfig() passes over fields without an effect", () => {
  const idle = {
    final_logit_softcapping: null,
    some_new_feature: false,
    is_llama_config: true,
    pretraining_tp: 1,
    temperature: 0.7,
    rope_scaling: null,
    sliding_window: 4096,
    max_window_layers: 1,
    layer_types: ["full_attention", "full_attention"],
    quantization_config: null,
    use_cache: false,
    initializer_range: 0.5,
    torch_dtype: "bfloat16",
    dtype: "bfloat16",
    architectures: null,
    transformers_version: "9",
  };
  assertEquals(parsePolicyConfig({ ...base, ...idle }, "config.json"), SMALL);
  const spared = { use_sliding_window: true, max_window_layers: 2 };
  assertEquals(parsePolicyConfig({ ...base, ...spared }, "config.json"), SMALL);
});

Deno.test(
  "readPolicyConfig() takes special ids from generation_config.json when it has them",
  inFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/config.json`, formatPolicyConfig(SMALL));
    assertEquals(await readPolicyConfig(dir), SMALL);
    await Deno.writeTextFile(`${dir}/generation_config.json`, '{"eos_token_id": [7, 8]}');
    assertEquals(await readPolicyConfig(dir), { ...SMALL, eosTokenIds: [7, 8] });
    await Deno.writeTextFile(`${dir}/generation_config.json`, formatGenerationConfig(SMALL));
    assertEquals(await readPolicyConfig(dir), SMALL);
    await Deno.writeTextFile(`${dir}/generation_config.json`, '{"eos_token_id": 40}');
    const expected = "generation_config.json: eos_token_id: expected ids from 0 to 39, found [40]";
    await assertRejects(() => readPolicyConfig(dir), InputError, expected);
  }),
);

Deno.test(
  "readPolicyConfig() throws an InputError when a file is missing or malformed",
  inFolder(async (dir) => {
    await assertRejects(() => readPolicyConfig(dir), InputError, "config.json: no such file");
    await Deno.writeTextFile(`${dir}/config.json`, '{"model_type": ');
    await assertRejects(() => readPolicyConfig(dir), InputError, "config.json: expected JSON");
    await Deno.writeTextFile(`${dir}/config.json`, "[]");
    await assertRejects(() => readPolicyConfig(dir), InputError, "expected a JSON object");
  }),
);
