/** @file Checking that a `tokenizer.json` is of a kind that loses no text. */

import { InputError } from "../../errors.ts";
import { describeJson, type JsonObject, parseJsonObject } from "../files.ts";
import type { AddedToken } from "./added_tokens.ts";
import { BYTE_CHARACTERS, GPT2_STEPS } from "./byte_level.ts";
import type { TokenizerFiles } from "./tokenizer_files.ts";

/** What a tokenizer's files say about its tokens. */
export interface Lexicon {
  /**
   * The parsed `tokenizer.json` for text between added tokens: without those, and with a `ByteLevel` step that has a pattern
   * written as {@link GPT2_STEPS}.
   */
  readonly json: JsonObject;
  /** Every token's content by id; undefined where no token has the id. */
  readonly tokens: readonly (string | undefined)[];
  /** The added tokens. */
  readonly added: readonly AddedToken[];
  /** Whether texts are put into Unicode's NFC. */
  readonly nfc: boolean;
  /** Whether a text is opened with a token: `tokenizer_config.json` may say that none is, whatever the model's ids are. */
  readonly opens: boolean;
  /** Whether the vocabulary has every byte, so that it expresses every text; else it is one of characters, without merges. */
  readonly complete: boolean;
}

/** Steps that cut a text without dropping any of it. */
const CUTS = ["ByteLevel", "Split", "Digits"];
/** Ids above this are mistakes; the weights could not be held. */
const MAX_ID = 2 ** 24;

const objectAt = (parent: JsonObject, key: string): JsonObject =>
  typeof parent[key] === "object" && parent[key] !== null ? parent[key] as JsonObject : {};
const listAt = (parent: JsonObject, key: string): JsonObject[] =>
  Array.isArray(parent[key]) ? parent[key] : [];

/** Throws the error about a field unless `holds`. */
type Check = (holds: boolean, field: string, expected: string, found: unknown) => void;

function checkModel(model: JsonObject, check: Check): void {
  check(model["type"] === "BPE", "model.type", '"BPE"', model["type"]);
  const options = [
    "unk_token",
    "dropout",
    "byte_fallback",
    "continuing_subword_prefix",
    "end_of_word_suffix",
  ];
  for (const option of options) {
    check(!model[option], `model.${option}`, "null", model[option]);
  }
  const vocab = objectAt(model, "vocab");
  const has = (token: unknown) => typeof token === "string" && Object.hasOwn(vocab, token);
  check(Array.isArray(model["merges"]), "model.merges", "a list", model["merges"]);
  for (const merge of model["merges"] as unknown[]) {
    const pair: unknown[] = typeof merge === "string"
      ? merge.split(" ")
      : Array.isArray(merge)
      ? merge
      : [];
    const known = pair.length === 2 && pair.every(has) && has(pair.join(""));
    check(known, "model.merges", "two tokens whose union is a token", merge);
  }
}

/** Every token's content by id. */
function tokensById(model: JsonObject, added: JsonObject[], check: Check): (string | undefined)[] {
  const tokens: (string | undefined)[] = [];
  const ids = new Map<unknown, unknown>();
  const vocab: [unknown, unknown][] = Object.entries(objectAt(model, "vocab"));
  for (const [content, id] of [...vocab, ...added.map((to) => [to["content"], to["id"]])]) {
    check(typeof content === "string" && content !== "", "added_tokens", "a token", content);
    const field = `token ${describeJson(content)}`;
    const valid = Number.isSafeInteger(id) && (id as number) >= 0 && (id as number) < MAX_ID;
    check(valid, field, `an id below ${MAX_ID}`, id);
    const other = tokens[id as number] ?? content;
    check(other === content, field, "an id of its own", other);
    const before = ids.get(content) ?? id;
    check(before === id, field, `the id ${before} again`, id);
    tokens[id as number] = content as string;
    ids.set(content, id);
  }
  for (const token of added) {
    for (const option of ["single_word", "lstrip", "rstrip"]) {
      const field = `added token ${describeJson(token["content"])}: ${option}`;
      check(!token[option], field, "false", token[option]);
    }
  }
  return tokens;
}

/** Whether texts are put into NFC; fails where they are changed in another way. */
function readNormalizer(json: JsonObject, check: Check): boolean {
  const normalizer = objectAt(json, "normalizer");
  const normalizers = normalizer["type"] === "Sequence"
    ? listAt(normalizer, "normalizers")
    : [normalizer];
  for (const { type } of normalizers) {
    check(type === undefined || type === "NFC", "normalizer.type", '"NFC" or none', type);
  }
  return normalizers.some(({ type }) => type === "NFC");
}

/** The steps of the pre-tokenizer; fails where they change the text. */
function readSteps(json: JsonObject, check: Check): JsonObject[] {
  const preTokenizer = objectAt(json, "pre_tokenizer");
  const steps = preTokenizer["type"] === "Sequence"
    ? listAt(preTokenizer, "pretokenizers")
    : [preTokenizer];
  for (const { type, behavior, invert, add_prefix_space } of steps) {
    check(CUTS.includes(type as string), "pre_tokenizer.type", CUTS.join(", "), type);
    check(!add_prefix_space, "pre_tokenizer.add_prefix_space", "false", add_prefix_space);
    if (type !== "Split") continue;
    const isolated = behavior === "Isolated" && !invert;
    const found = { behavior, invert };
    check(isolated, "pre_tokenizer", '{"behavior":"Isolated","invert":false}', found);
  }
  const types = steps.map((step) => step["type"]);
  check(types.includes("ByteLevel"), "pre_tokenizer", "a ByteLevel step", types);
  return steps;
}

/**
 * Parses a tokenizer's files and checks them. What is accepted is a byte-level BPE model without an unknown token that has
 * either every byte (GPT-2, Qwen, Llama 3) or single characters only; everything else could drop text unseen.
 *
 * @param files The files.
 * @param dir What error messages name as their folder.
 * @throws {InputError} naming the file and the field.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * const files = { "tokenizer.json": '{"model": {"type": "Unigram"}}', "tokenizer_config.json": "{}" };
 * assertThrows(
 *   () => parseTokenizer(files, "policy"),
 *   Error,
 *   'policy/tokenizer.json: model.type: expected "BPE", found "Unigram"',
 * );
 * ```
 */
export function parseTokenizer(files: TokenizerFiles, dir: string): Lexicon {
  const file = `${dir}/tokenizer.json`;
  const json = parseJsonObject(files["tokenizer.json"], file);
  const config = parseJsonObject(files["tokenizer_config.json"], `${dir}/tokenizer_config.json`);
  const check: Check = (holds, field, expected, found) => {
    if (holds) return;
    throw new InputError(`${file}: ${field}: expected ${expected}, found ${describeJson(found)}`);
  };
  const model = objectAt(json, "model");
  checkModel(model, check);
  const added = listAt(json, "added_tokens");
  const tokens = tokensById(model, added, check);

  const nfc = readNormalizer(json, check);
  const pretokenizers = readSteps(json, check).flatMap((step) =>
    step["type"] === "ByteLevel" && (step["use_regex"] ?? true) ? GPT2_STEPS : step
  );
  const decoder = objectAt(json, "decoder")["type"];
  check(decoder === "ByteLevel", "decoder.type", '"ByteLevel"', decoder);
  const contents = new Set(added.map((token) => token["content"] as string));
  const vocab = objectAt(model, "vocab");
  const missing = BYTE_CHARACTERS.find((character) => !Object.hasOwn(vocab, character));
  // Then a text that it lacks a character for can be told from the characters alone.
  const characters = tokens.every((token) =>
    token === undefined || token.length === 1 || contents.has(token)
  );
  check(
    missing === undefined || characters,
    "model.vocab",
    "every byte's character, or characters only",
    `no ${missing}`,
  );
  return {
    json: { ...json, added_tokens: [], pre_tokenizer: { type: "Sequence", pretokenizers } },
    tokens,
    added: added.map(({ id, content, special, normalized }) => ({
      id: id as number,
      content: content as string,
      special: special === true,
      normalized: normalized === true,
    })),
    nfc,
    // Qwen2.5 names a token that opens a sequence in config.json alone, and its tokenizer adds none.
    opens: config["add_bos_token"] !== false && config["bos_token"] !== null,
    complete: missing === undefined,
  };
}
