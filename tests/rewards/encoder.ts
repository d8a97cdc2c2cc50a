/** @file A tiny sentence encoder in a folder: word pieces of a few words, and a vector of three numbers for each. */
import { Graph } from "../../src/engine/graph.ts";
import { encodeModel } from "../../src/engine/onnx/encode.ts";
import { add } from "../../src/engine/ops/arithmetic.ts";
import { gatherRows } from "../../src/engine/ops/gather.ts";

/** The words, in the order of their ids. */
export const WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "one", "two", "three", "##teen"];
/** What each word is: `[id]`, three numbers. */
export const VECTORS = [[0, 0, 0], [0, 0, -1], [0.5, 0, 0], [0, 0.5, 0], [1, 0, 0], [0, 1, 0], [
  0,
  0,
  1,
], [
  1,
  1,
  0,
]];
/** What a token gets more where it counts. */
export const COUNTED = [0.25, 0, 0];

/** What may be different from one encoder to another. */
export interface EncoderOptions {
  /** Names of the inputs; the vectors of the first are those of the words. */
  readonly inputs?: readonly string[];
  /** Entries of `config.json`. */
  readonly config?: Record<string, unknown>;
  /** Where the model lies. */
  readonly path?: string;
  /** Whether it has a second result. */
  readonly twice?: boolean;
}

/** Writes an encoder. Its inputs have free dimensions, as exported models do. */
export async function writeEncoder(folder: string, options: EncoderOptions = {}): Promise<void> {
  const { inputs = ["input_ids", "attention_mask", "token_type_ids"], path = "model.onnx" } =
    options;
  const graph = new Graph();
  const table = (rows: number[][]) =>
    graph.constant("float32", [rows.length, 3], Float32Array.from(rows.flat()));
  const parts = inputs.map((name) => {
    const ids = graph.input(name, "int64", ["batch", "time"]);
    if (name === "attention_mask") return gatherRows(table([[9, 9, 9], COUNTED]), ids);
    if (name === "token_type_ids") return gatherRows(table([[0, 0, 0], [9, 9, 9]]), ids);
    return gatherRows(table(VECTORS), ids);
  });
  const hidden = parts.reduce((sum, part) => add(sum, part));
  graph.output("last_hidden_state", hidden);
  if (options.twice) graph.output("more", add(hidden, hidden));
  const slash = path.lastIndexOf("/");
  await Deno.mkdir(`${folder}/${path.slice(0, Math.max(0, slash))}`, { recursive: true });
  await Deno.writeFile(`${folder}/${path}`, encodeModel(graph));
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const tokenizer = {
    version: "1.0",
    added_tokens: [],
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [special("[CLS]"), { Sequence: { id: "A", type_id: 0 } }, special("[SEP]")],
      pair: [],
      special_tokens: {
        "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] },
        "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] },
      },
    },
    decoder: { type: "WordPiece", prefix: "##" },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])),
    },
  };
  await Deno.writeTextFile(`${folder}/tokenizer.json`, JSON.stringify(tokenizer));
  const config = { hidden_size: 3, max_position_embeddings: 12, ...options.config };
  await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(config));
}
