/** @file The policy that an arm starts from, as declared: a checkpoint's folder, or a shape to initialise. */
import { z } from "zod";
import { parseHubCheckpoint } from "../policy/hub_checkpoint.ts";
import { always, count, number, strict } from "./problems.ts";

/** The shape of a policy to initialise, under the names of Hugging Face's `config.json`. */
export interface InitOptions {
  /** Width of the residual stream. */
  readonly hidden_size: number;
  /** Decoder layers. */
  readonly num_hidden_layers: number;
  /** Query heads; each is `hidden_size / num_attention_heads` wide, a multiple of 16: the decoding kernel takes no other. */
  readonly num_attention_heads: number;
  /** Key and value heads; they divide the query heads. Default: as many. */
  readonly num_key_value_heads?: number;
  /** Width of the feed-forward layer. */
  readonly intermediate_size: number;
  /** Most tokens of a prompt and its completion together. */
  readonly max_position_embeddings: number;
  /** Whether the output layer is the embedding. Default true: saves weights, which small policies need elsewhere. */
  readonly tie_word_embeddings?: boolean;
  /** Whether queries, keys and values have a bias. Default true, as Qwen2. */
  readonly attention_bias?: boolean;
  /** Base of the rotary frequencies. Default 10000. */
  readonly rope_theta?: number;
  /** Added to the mean square in RMSNorm. Default 1e-6. */
  readonly rms_norm_eps?: number;
  /** Standard deviation of the initial weights. Default 0.02. */
  readonly initializer_range?: number;
}

/** A policy as declared: the folder of a checkpoint in Hugging Face layout, `hf:owner/name[@revision]`, or a shape. */
export type PolicyDeclaration = string | {
  /** The shape. */
  readonly init: InitOptions;
};

/** A policy with every default filled. */
export type ResolvedPolicy = {
  /**
   * Folder with `config.json`, the weights and the tokenizer, relative to the working directory; or a model on the Hub,
   * `hf:owner/name@commit` once it is planned.
   */
  readonly checkpoint: string;
} | {
  /** The shape to initialise. */
  readonly init: Required<InitOptions>;
};

const flag = z.boolean({ error: "expected true or false" });

const init: z.ZodType<Required<InitOptions>> = strict("an object of config.json's fields", {
  hidden_size: count("a whole number, at least 1"),
  num_hidden_layers: count("a whole number, at least 1"),
  num_attention_heads: count("a whole number, at least 1"),
  num_key_value_heads: count("a whole number, at least 1").optional(),
  intermediate_size: count("a whole number, at least 1"),
  max_position_embeddings: count("a whole number of tokens, at least 2", 2),
  tie_word_embeddings: flag.default(true),
  attention_bias: flag.default(true),
  rope_theta: number("a number above 1", { above: 1 }).default(10000),
  rms_norm_eps: number("a number above 0 and below 1", { above: 0, below: 1 }).default(1e-6),
  initializer_range: number("a number above 0 and below 1", { above: 0, below: 1 }).default(0.02),
}).refine((c) => !((c.hidden_size / c.num_attention_heads) % 16 > 0), {
  path: ["num_attention_heads"],
  error: "expected a number that divides hidden_size into heads whose width is a multiple of 16",
  when: always,
}).refine((c) => !(c.num_attention_heads % (c.num_key_value_heads ?? 1) > 0), {
  path: ["num_key_value_heads"],
  error: "expected a number that divides num_attention_heads",
  when: always,
}).transform((c) => ({
  ...c,
  num_key_value_heads: c.num_key_value_heads ?? c.num_attention_heads,
}));

/** Whether a text names a folder, or a model on the Hub as it should. */
function isCheckpoint(text: string): boolean {
  try {
    parseHubCheckpoint(text, "policy");
    return true;
  } catch {
    return false;
  }
}

const expected = {
  error:
    "expected the folder of a checkpoint, hf:owner/name[@revision], or { init: {…} } to start from random weights",
};

/**
 * Checks and completes a policy.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const policySchema: z.ZodType<ResolvedPolicy> = z.union([
  z.string().min(1, expected).refine(isCheckpoint, expected).transform((checkpoint) => ({
    checkpoint,
  })),
  strict("an object with init", { init }),
], expected);
