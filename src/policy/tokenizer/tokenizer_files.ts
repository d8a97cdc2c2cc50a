/** @file The files that a tokenizer is, and how they are written. */

import { QWEN2_STEPS } from "./byte_level.ts";

/** A tokenizer's files: the text of each, by its name in a policy folder. */
export interface TokenizerFiles {
  /** The whole tokenizer, in the format of the Rust library `tokenizers`. */
  readonly "tokenizer.json": string;
  /** What `transformers` reads beside it. */
  readonly "tokenizer_config.json": string;
  /** A chat template; newer folders keep it out of `tokenizer_config.json`. */
  readonly "chat_template.jinja"?: string;
  /** Which tokens have a role; newer folders keep that in `tokenizer_config.json` alone. */
  readonly "special_tokens_map.json"?: string;
}

/** What tells one byte-level BPE tokenizer from another. */
export interface BpeModel {
  /** Every token's id. Special tokens are as they are; the others are written in the characters of their bytes. */
  readonly vocab: ReadonlyMap<string, number>;
  /** Pairs to merge, first rank first. */
  readonly merges: readonly (readonly [string, string])[];
}

/** The special tokens that have a role in `transformers`, by their conventional names. */
const ROLES: Readonly<Record<string, string>> = {
  "<pad>": "pad_token",
  "<bos>": "bos_token",
  "<eos>": "eos_token",
};

/**
 * Writes a tokenizer as Qwen2's are written, apart from its vocabulary. `<pad>`, `<bos>` and `<eos>`, where they are among
 * the special tokens, get those roles. Only these are marked special: `transformers` and inference servers leave special
 * tokens out of a decoded completion, and `<think>` must stay in it.
 *
 * @param model The vocabulary and the merges.
 * @param special Tokens that are found in a text before anything else; all are in the vocabulary.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const files = formatTokenizer({ vocab: new Map([["<eos>", 0], ["a", 1]]), merges: [] }, ["<eos>"]);
 * assertEquals(JSON.parse(files["tokenizer_config.json"]).eos_token, "<eos>");
 * assertEquals(JSON.parse(files["tokenizer.json"]).added_tokens[0].id, 0);
 * ```
 */
export function formatTokenizer(model: BpeModel, special: readonly string[]): TokenizerFiles {
  const tokenizer = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special.map((content) => ({
      id: model.vocab.get(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: Object.hasOwn(ROLES, content),
    })),
    normalizer: { type: "NFC" },
    pre_tokenizer: { type: "Sequence", pretokenizers: QWEN2_STEPS },
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: false },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(model.vocab),
      merges: model.merges,
    },
  };
  const role = ([token, name]: [string, string]) => [name, special.includes(token) ? token : null];
  const config = {
    tokenizer_class: "PreTrainedTokenizerFast",
    clean_up_tokenization_spaces: false,
    ...Object.fromEntries(Object.entries(ROLES).map(role)),
    // A role that is not named here gets Qwen2's <|endoftext|>, and that a new id.
    unk_token: null,
  };
  return {
    "tokenizer.json": `${JSON.stringify(tokenizer, null, 2)}\n`,
    "tokenizer_config.json": `${JSON.stringify(config, null, 2)}\n`,
  };
}
