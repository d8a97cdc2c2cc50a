import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { buildCharTokenizer } from "../../../src/policy/tokenizer/char_tokenizer.ts";
import { Tokenizer } from "../../../src/policy/tokenizer/tokenizer.ts";
import { formatPolicyConfig } from "../../../src/policy/config_json.ts";
import { inFolder, SMALL } from "../fixtures.ts";
import { python, pythonTest, seeded } from "../python.ts";

const ALPHABET = String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code));
const SPECIAL = ["<pad>", "<bos>", "<eos>", "<think>", "</think>"];
const FILES = buildCharTokenizer(ALPHABET, SPECIAL);

/** Texts of the alphabet, special tokens, and pieces of special tokens. */
function texts(count: number): string[] {
  const random = seeded(11);
  const pieces = [...ALPHABET, ...SPECIAL, ...SPECIAL, "<thi", "</", "  ", " ,", " n't", "'LL"];
  return Array.from(
    { length: count },
    () => Array.from({ length: random(40) }, () => pieces[random(pieces.length)]).join(""),
  );
}

Deno.test("buildCharTokenizer() gives every special token and character an id, in order", () => {
  const tokenizer = Tokenizer.of(FILES);
  const tokens = [...SPECIAL, ...ALPHABET];
  assertEquals(tokenizer.vocabSize, tokens.length);
  assertEquals(tokenizer.encode(tokens.join("")), tokens.map((_, id) => id));
});

Deno.test("buildCharTokenizer() makes a tokenizer that gives every text of the alphabet back", () => {
  const tokenizer = Tokenizer.of(FILES);
  for (const text of texts(500)) assertEquals(tokenizer.decode(tokenizer.encode(text)), text);
});

Deno.test("buildCharTokenizer() throws an InputError when a token is there twice, too short or not ASCII", () => {
  const build = (alphabet: string, special: string[]) => () =>
    buildCharTokenizer(alphabet, special);
  assertThrows(build("aba", []), InputError, 'expected each token once, found "a"');
  assertThrows(
    build("ab", ["<eos>", "<eos>"]),
    InputError,
    'expected each token once, found "<eos>"',
  );
  assertThrows(build("ab", ["a"]), InputError, 'two characters or more, found "a"');
  assertThrows(build("ab", [""]), InputError, 'two characters or more, found ""');
  assertThrows(build("aé", []), InputError, "ASCII characters (trainBpe has no such limit), found");
});

const PROGRAM = `
import json, sys
from tokenizers import Tokenizer
from transformers import AutoTokenizer
data, out = json.load(open(sys.argv[1])), []
for dir in data["dirs"]:
    rust = Tokenizer.from_file(dir + "/tokenizer.json")
    auto = AutoTokenizer.from_pretrained(dir)
    ids = [auto(t)["input_ids"] for t in data["texts"]]
    out.append({
        "ids": ids,
        "rust": ids == [e.ids for e in rust.encode_batch(data["texts"], add_special_tokens=False)],
        "decoded": [auto.decode(i) for i in ids] == data["texts"],
        "length": len(auto),
        "roles": [auto.pad_token, auto.bos_token, auto.eos_token, auto.unk_token],
        "skipped": auto.decode(auto("<bos><think>a</think>b<eos><pad>")["input_ids"], skip_special_tokens=True),
    })
print(json.dumps(out))`;

await pythonTest(
  "buildCharTokenizer() makes files that transformers reads alike beside either configuration",
  ["transformers", "tokenizers"],
  inFolder(async (dir) => {
    const tokenizer = Tokenizer.of(FILES);
    const dirs: string[] = [];
    for (const attentionBias of [true, false]) {
      const folder = `${dir}/${attentionBias}`;
      dirs.push(folder);
      await tokenizer.save(folder);
      const config = formatPolicyConfig({ ...SMALL, vocabSize: 200, attentionBias });
      await Deno.writeTextFile(`${folder}/config.json`, config);
    }
    const sample = texts(300);
    const expected = {
      ids: sample.map((text) => tokenizer.encode(text)),
      rust: true,
      decoded: true,
      length: tokenizer.vocabSize,
      roles: ["<pad>", "<bos>", "<eos>", null],
      skipped: "<think>a</think>b",
    };
    assertEquals(await python(PROGRAM, { dirs, texts: sample }), [expected, expected]);
  }),
);
