/** @file The shape of a policy: a decoder's sizes, and the weights that they call for. */

import type { Llama3Scaling } from "../engine/ops/rope.ts";
import { InputError } from "../errors.ts";
import { modelTypeOf } from "./architectures.ts";
import { describeJson } from "./files.ts";

/** Everything that fixes a decoder's computation, apart from its weights. */
export interface PolicyConfig {
  /** Rows of the embedding, and length of a position's logits. */
  readonly vocabSize: number;
  /** Width of the residual stream. */
  readonly hiddenSize: number;
  /** Width of the gated feed-forward layer (SwiGLU). */
  readonly intermediateSize: number;
  /** Decoder layers. */
  readonly layers: number;
  /** Query heads. */
  readonly heads: number;
  /** Key and value heads; each serves `heads / kvHeads` query heads. */
  readonly kvHeads: number;
  /** Width of one head; even. Usually `hiddenSize / heads`. */
  readonly headDim: number;
  /** Base of the rotary embedding's wavelengths. */
  readonly ropeTheta: number;
  /** How its wavelengths are stretched for contexts longer than those of pre-training (Llama 3.1); null where they are not. */
  readonly ropeScaling: Llama3Scaling | null;
  /** Added to the mean square in RMSNorm. */
  readonly rmsNormEps: number;
  /** Whether the query, key and value projections have a bias (Qwen2: yes, Llama: no). The output projection has none. */
  readonly attentionBias: boolean;
  /** Whether each head's queries and keys go through an RMSNorm before they are rotated (Qwen3). */
  readonly qkNorm: boolean;
  /** Whether the logits are made with the embedding matrix, so that there is no `lm_head.weight`. */
  readonly tieWordEmbeddings: boolean;
  /** Longest sequence, prompt and completion together, in tokens. */
  readonly maxPositions: number;
  /** Id of the token that opens a sequence; null where there is none. */
  readonly bosTokenId: number | null;
  /** Ids that end a completion; may be empty. */
  readonly eosTokenIds: readonly number[];
  /** Id that fills short rows of a batch; null where there is none. */
  readonly padTokenId: number | null;
}

/** One weight: its Hugging Face name, and its shape, `[out, in]` for a projection. */
export interface ParameterShape {
  /** E.g. `model.layers.0.self_attn.q_proj.weight`. */
  readonly name: string;
  /** Length of each axis. */
  readonly shape: readonly number[];
}

/** What is wrong with a configuration. */
export interface ConfigProblem {
  /** The field. */
  readonly field: keyof PolicyConfig;
  /** What it should be. */
  readonly expected: string;
}

const SIZES = [
  "vocabSize",
  "hiddenSize",
  "intermediateSize",
  "layers",
  "heads",
  "kvHeads",
  "headDim",
  "maxPositions",
] as const;

const SCALING =
  "null, or { factor ≥ 1, 0 < lowFreqFactor < highFreqFactor, originalMaxPositions ≥ 1 }";

function isScaling(scaling: Llama3Scaling | null): boolean {
  if (scaling === null) return true;
  const { factor, lowFreqFactor, highFreqFactor, originalMaxPositions } = scaling;
  return factor >= 1 && factor < Infinity && lowFreqFactor > 0 && highFreqFactor > lowFreqFactor &&
    highFreqFactor < Infinity && Number.isSafeInteger(originalMaxPositions) &&
    originalMaxPositions >= 1;
}

/**
 * The first thing wrong with a configuration, or null where it can be built, and opened by `transformers` too.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const config: PolicyConfig = {
 *   vocabSize: 40, hiddenSize: 32, intermediateSize: 64, layers: 2, heads: 4, kvHeads: 2, headDim: 8,
 *   ropeTheta: 10000, ropeScaling: null, rmsNormEps: 1e-6, attentionBias: true, qkNorm: false,
 *   tieWordEmbeddings: true, maxPositions: 64, bosTokenId: null, eosTokenIds: [1], padTokenId: 0,
 * };
 * assertEquals(configProblem(config), null);
 * assertEquals(configProblem({ ...config, kvHeads: 3 }), { field: "kvHeads", expected: "a divisor of 4" });
 * ```
 */
export function configProblem(config: PolicyConfig): ConfigProblem | null {
  const { vocabSize, hiddenSize, heads, kvHeads, headDim } = config;
  const divides = (part: number, whole: number) => part > 0 && whole % part === 0;
  const known = (id: number | null) =>
    id === null || (Number.isSafeInteger(id) && id >= 0 && id < vocabSize);
  const ids = `from 0 to ${vocabSize - 1}`;
  const checks: [boolean, keyof PolicyConfig, string][] = [
    [divides(heads, hiddenSize), "heads", `a divisor of ${hiddenSize}`],
    [divides(kvHeads, heads), "kvHeads", `a divisor of ${heads}`],
    ...SIZES.map((size): [boolean, keyof PolicyConfig, string] => [
      Number.isSafeInteger(config[size]) && config[size] > 0,
      size,
      "a positive integer",
    ]),
    [headDim % 2 === 0, "headDim", "an even number"],
    ...(["ropeTheta", "rmsNormEps"] as const).map(
      (field): [boolean, keyof PolicyConfig, string] => [
        Number.isFinite(config[field]) && config[field] > 0,
        field,
        "a positive number",
      ],
    ),
    [
      modelTypeOf(config) !== null,
      "qkNorm",
      `false where there is a QKV bias: no architecture has both`,
    ],
    [isScaling(config.ropeScaling), "ropeScaling", SCALING],
    [known(config.bosTokenId), "bosTokenId", `an id ${ids}, or null`],
    [known(config.padTokenId), "padTokenId", `an id ${ids}, or null`],
    [config.eosTokenIds.every(known), "eosTokenIds", `ids ${ids}`],
  ];
  const failed = checks.find(([holds]) => !holds);
  return failed ? { field: failed[1], expected: failed[2] } : null;
}

/**
 * Throws {@link InputError} where {@link configProblem} finds a problem.
 *
 * @param config The configuration.
 * @param where What the message names: a file, or a place in an experiment.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * const config: PolicyConfig = {
 *   vocabSize: 40, hiddenSize: 32, intermediateSize: 64, layers: 2, heads: 4, kvHeads: 2, headDim: 8,
 *   ropeTheta: 10000, ropeScaling: null, rmsNormEps: 1e-6, attentionBias: true, qkNorm: false,
 *   tieWordEmbeddings: true, maxPositions: 64, bosTokenId: null, eosTokenIds: [40], padTokenId: 0,
 * };
 * assertThrows(
 *   () => checkPolicyConfig(config, "small"),
 *   Error,
 *   "small: eosTokenIds: expected ids from 0 to 39, found [40]",
 * );
 * ```
 */
export function checkPolicyConfig(config: PolicyConfig, where: string): void {
  const problem = configProblem(config);
  if (problem === null) return;
  const found = describeJson(config[problem.field]);
  throw new InputError(`${where}: ${problem.field}: expected ${problem.expected}, found ${found}`);
}

/**
 * Every weight of a policy, in the order of `named_parameters()` in `transformers`, under its name there. Tied
 * embeddings have no `lm_head.weight`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const config: PolicyConfig = {
 *   vocabSize: 40, hiddenSize: 32, intermediateSize: 64, layers: 1, heads: 4, kvHeads: 2, headDim: 8,
 *   ropeTheta: 10000, ropeScaling: null, rmsNormEps: 1e-6, attentionBias: false, qkNorm: false,
 *   tieWordEmbeddings: false, maxPositions: 64, bosTokenId: null, eosTokenIds: [1], padTokenId: 0,
 * };
 * const shapes = parameterShapes(config);
 * assertEquals(shapes[0], { name: "model.embed_tokens.weight", shape: [40, 32] });
 * assertEquals(shapes[2], { name: "model.layers.0.self_attn.k_proj.weight", shape: [16, 32] });
 * assertEquals(shapes.length, 12);
 * ```
 */
export function parameterShapes(config: PolicyConfig): ParameterShape[] {
  const { vocabSize, hiddenSize, intermediateSize } = config;
  const queries = config.heads * config.headDim;
  const keys = config.kvHeads * config.headDim;
  const shapes: ParameterShape[] = [];
  const add = (name: string, ...shape: number[]) => shapes.push({ name, shape });
  add("model.embed_tokens.weight", vocabSize, hiddenSize);
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `model.layers.${layer}`;
    for (const [name, width] of [["q", queries], ["k", keys], ["v", keys]] as const) {
      add(`${at}.self_attn.${name}_proj.weight`, width, hiddenSize);
      if (config.attentionBias) add(`${at}.self_attn.${name}_proj.bias`, width);
    }
    add(`${at}.self_attn.o_proj.weight`, hiddenSize, queries);
    if (config.qkNorm) {
      for (const name of ["q", "k"]) add(`${at}.self_attn.${name}_norm.weight`, config.headDim);
    }
    add(`${at}.mlp.gate_proj.weight`, intermediateSize, hiddenSize);
    add(`${at}.mlp.up_proj.weight`, intermediateSize, hiddenSize);
    add(`${at}.mlp.down_proj.weight`, hiddenSize, intermediateSize);
    add(`${at}.input_layernorm.weight`, hiddenSize);
    add(`${at}.post_attention_layernorm.weight`, hiddenSize);
  }
  add("model.norm.weight", hiddenSize);
  if (!config.tieWordEmbeddings) add("lm_head.weight", vocabSize, hiddenSize);
  return shapes;
}
