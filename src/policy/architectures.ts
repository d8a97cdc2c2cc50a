/** @file The architectures: what tells each from the others, over the same blocks. */

import type { PolicyConfig } from "./config.ts";
import type { JsonObject } from "./files.ts";

/** What `config.json` calls an architecture. */
export type ModelType = "qwen2" | "qwen3" | "llama";

/** One architecture. */
export interface Architecture {
  /** Its class in `transformers`. */
  readonly className: string;
  /** Whether queries, keys and values have a bias. */
  readonly attentionBias: boolean;
  /** Whether every head's queries and keys are normalised before they are rotated. */
  readonly qkNorm: boolean;
  /** What `transformers` assumes where `config.json` is silent. */
  readonly defaults: JsonObject;
  /** Fields of its own that would change the computation, each with the values that do not. */
  readonly unchanged: Readonly<Record<string, readonly unknown[]>>;
  /** Fields of its own that are written. */
  readonly written: JsonObject;
}

const QWEN_DEFAULTS: JsonObject = {
  num_key_value_heads: 32,
  max_position_embeddings: 32768,
  bos_token_id: null,
  eos_token_id: null,
};

/**
 * Every architecture that can be read, trained and written, by its model type.
 *
 * - `qwen2`: Qwen2 and Qwen2.5 (arXiv 2407.10671, section 2.2.1): QKV bias.
 * - `qwen3`: dense Qwen3 (arXiv 2505.09388, section 2): QK norm instead, and heads of a width of their own.
 * - `llama`: Llama 2 and 3 (arXiv 2407.21783, section 3.2): neither. Llama 3.1 and later stretch the rotary wavelengths.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { attentionBias, qkNorm } = ARCHITECTURES.qwen3;
 * assertEquals([attentionBias, qkNorm], [false, true]);
 * ```
 */
export const ARCHITECTURES: Readonly<Record<ModelType, Architecture>> = {
  qwen2: {
    className: "Qwen2ForCausalLM",
    attentionBias: true,
    qkNorm: false,
    defaults: QWEN_DEFAULTS,
    unchanged: { attention_bias: [true], qkv_bias: [true] },
    written: { use_sliding_window: false },
  },
  qwen3: {
    className: "Qwen3ForCausalLM",
    attentionBias: false,
    qkNorm: true,
    defaults: { ...QWEN_DEFAULTS, head_dim: 128 },
    // With a bias, the output projection has one too.
    unchanged: { attention_bias: [false] },
    written: { use_sliding_window: false, attention_bias: false },
  },
  llama: {
    className: "LlamaForCausalLM",
    attentionBias: false,
    qkNorm: false,
    defaults: {
      num_key_value_heads: null,
      max_position_embeddings: 2048,
      bos_token_id: 1,
      eos_token_id: 2,
    },
    unchanged: { attention_bias: [false] },
    written: { attention_bias: false, mlp_bias: false },
  },
};

/**
 * The model type of a policy; null where no architecture has its parts.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(modelTypeOf({ attentionBias: false, qkNorm: false }), "llama");
 * assertEquals(modelTypeOf({ attentionBias: true, qkNorm: true }), null);
 * ```
 */
export function modelTypeOf(
  { attentionBias, qkNorm }: Pick<PolicyConfig, "attentionBias" | "qkNorm">,
): ModelType | null {
  for (const type of Object.keys(ARCHITECTURES) as ModelType[]) {
    const found = ARCHITECTURES[type];
    if (found.attentionBias === attentionBias && found.qkNorm === qkNorm) return type;
  }
  return null;
}
