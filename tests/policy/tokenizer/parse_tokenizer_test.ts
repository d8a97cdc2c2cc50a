import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { trainBpe } from "../../../src/policy/tokenizer/bpe_tokenizer.ts";
import { GPT2_STEPS } from "../../../src/policy/tokenizer/byte_level.ts";
import { buildCharTokenizer } from "../../../src/policy/tokenizer/char_tokenizer.ts";
import { parseTokenizer } from "../../../src/policy/tokenizer/parse_tokenizer.ts";

const CHARACTERS = buildCharTokenizer("abc", ["<eos>", "<think>"]);
const BYTES = trainBpe(["ab ab"], 300, ["<eos>"]);

// deno-lint-ignore no-explicit-any
type Json = any;
const changed = (files: typeof BYTES, change: (json: Json) => void) => {
  const json = JSON.parse(files["tokenizer.json"]);
  change(json);
  return () => parseTokenizer({ ...files, "tokenizer.json": JSON.stringify(json) }, "dir");
};

Deno.test("parseTokenizer() lists tokens by id", () => {
  const { tokens, added, complete } = parseTokenizer(CHARACTERS, "dir");
  assertEquals(tokens, ["<eos>", "<think>", "a", "b", "c"]);
  assertEquals(added, [
    { id: 0, content: "<eos>", special: true, normalized: false },
    { id: 1, content: "<think>", special: false, normalized: false },
  ]);
  assertEquals(complete, false);
  assertEquals(parseTokenizer(BYTES, "dir").complete, true);
});

Deno.test("parseTokenizer() accepts the shapes of SmolLM's and Llama 3's files", () => {
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, use_regex: true };
  const digits = { type: "Digits", individual_digits: true };
  const { json } = changed(BYTES, (json) => {
    json.pre_tokenizer = { type: "Sequence", pretokenizers: [digits, byteLevel] };
    json.normalizer = null;
    json.model.merges = json.model.merges.map((pair: string[]) => pair.join(" "));
    json.model.continuing_subword_prefix = null;
    json.model.end_of_word_suffix = null;
  })();
  const pretokenizers = [digits, ...GPT2_STEPS];
  assertEquals(json["pre_tokenizer"], { type: "Sequence", pretokenizers });
});

const steps = (j: Json) => j.pre_tokenizer.pretokenizers;
const sequence = { type: "Sequence", normalizers: [{ type: "NFC" }, { type: "Lowercase" }] };
const refused: [string, typeof BYTES, (json: Json) => void, string][] = [
  ["a WordPiece model", BYTES, (j) => j.model.type = "WordPiece", "model.type"],
  ["an unknown token", BYTES, (j) => j.model.unk_token = "<eos>", "model.unk_token: expected null"],
  ["dropout", BYTES, (j) => j.model.dropout = 0.1, "model.dropout"],
  ["byte fallback", CHARACTERS, (j) => j.model.byte_fallback = true, "model.byte_fallback"],
  ["a suffix", BYTES, (j) => j.model.end_of_word_suffix = "</w>", "end_of_word_suffix"],
  [
    "no merges",
    BYTES,
    (j) => delete j.model.merges,
    "model.merges: expected a list, found nothing",
  ],
  ["a merge into nothing", BYTES, (j) => j.model.merges.push(["z", "z"]), 'found ["z","z"]'],
  ["a merge of three", BYTES, (j) => j.model.merges.push("a b c"), 'found "a b c"'],
  ["a merge that is null", BYTES, (j) => j.model.merges.push(null), "model.merges"],
  ["a byte missing", BYTES, (j) => delete j.model.vocab["z"], "model.vocab: expected every byte's"],
  ["two tokens of one id", CHARACTERS, (j) => j.model.vocab.d = 2, 'token "d": expected an id of'],
  ["one token of two ids", CHARACTERS, (j) => j.added_tokens[0].id = 9, 'token "<eos>": expected'],
  ["an id that is text", CHARACTERS, (j) => j.model.vocab.d = "5", 'token "d": expected an id'],
  ["a negative id", CHARACTERS, (j) => j.model.vocab.d = -1, 'token "d": expected an id'],
  ["a huge id", CHARACTERS, (j) => j.model.vocab.d = 2 ** 40, 'token "d": expected an id below'],
  ["an added token without text", BYTES, (j) => j.added_tokens.push({ id: 400 }), "added_tokens"],
  ["a token that strips", BYTES, (j) => j.added_tokens[0].lstrip = true, "lstrip: expected false"],
  ["a whole-word token", BYTES, (j) => j.added_tokens[0].single_word = true, "single_word"],
  ["lower-casing", BYTES, (j) => j.normalizer.type = "Lowercase", "normalizer.type"],
  ["lower-casing in a sequence", BYTES, (j) => j.normalizer = sequence, 'found "Lowercase"'],
  ["a prefix space", BYTES, (j) => steps(j)[1].add_prefix_space = true, "add_prefix_space"],
  ["a step that drops", BYTES, (j) => steps(j)[0].type = "Whitespace", 'found "Whitespace"'],
  ["a split that drops", BYTES, (j) => steps(j)[0].behavior = "Removed", '"behavior":"Removed"'],
  ["a split inverted", BYTES, (j) => steps(j)[0].invert = true, '"invert":true'],
  ["no pre-tokenizer", BYTES, (j) => j.pre_tokenizer = null, "pre_tokenizer.type"],
  ["no step to bytes", BYTES, (j) => steps(j).pop(), "pre_tokenizer: expected a ByteLevel step"],
  [
    "another decoder",
    BYTES,
    (j) => j.decoder.type = "WordPiece",
    'decoder.type: expected "ByteLev',
  ],
  ["no decoder", CHARACTERS, (j) => j.decoder = null, 'expected "ByteLevel", found nothing'],
];
for (const [what, files, change, message] of refused) {
  Deno.test(`parseTokenizer() throws an InputError naming the field when there is ${what}`, () => {
    assertThrows(changed(files, change), InputError, message);
    assertThrows(changed(files, change), InputError, "dir/tokenizer.json: ");
  });
}

Deno.test("parseTokenizer() throws an InputError when a file is not a JSON object", () => {
  const broken = { ...BYTES, "tokenizer_config.json": "[]" };
  assertThrows(() => parseTokenizer(broken, "dir"), InputError, "dir/tokenizer_config.json");
});
