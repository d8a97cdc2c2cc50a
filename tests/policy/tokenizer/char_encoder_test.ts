import { assertEquals, assertThrows } from "@std/assert";
import { Tokenizer as Reference } from "@huggingface/tokenizers";
import { InputError } from "../../../src/errors.ts";
import { CharEncoder } from "../../../src/policy/tokenizer/char_encoder.ts";
import { buildCharTokenizer } from "../../../src/policy/tokenizer/char_tokenizer.ts";
import { parseTokenizer } from "../../../src/policy/tokenizer/parse_tokenizer.ts";
import { seeded } from "../python.ts";

Deno.test("CharEncoder.encode() takes the longest of the added tokens that begin in a place", () => {
  const added = ["<a", "<a>", "<a>b", "a.c"];
  const encoder = new CharEncoder([...added, "<", ">", "a", "b", "c", "Ġ"], new Set(added));
  assertEquals(encoder.encode("<a>b<a>c<a <<a"), [2, 1, 8, 0, 9, 4, 0]);
  assertEquals(encoder.encode("a.cabc"), [3, 6, 7, 8]);
  assertEquals(encoder.encode(""), []);
  assertEquals(new CharEncoder(["a"], new Set()).encode("aa"), [0, 0]);
});

Deno.test("CharEncoder.encode() throws an InputError naming the character and its place", () => {
  const encoder = new CharEncoder(["<é>", "a", "ÿ"], new Set(["<é>"]));
  assertEquals(encoder.encode("<é>a"), [0, 1]);
  const cases = [["a<é>é", 'found "é" at 4'], ["aÿ", '"ÿ" at 1'], ["<é", '"<" at 0'], [
    "😀",
    '"😀" at 0',
  ]];
  for (const [text, message] of cases) {
    assertThrows(() => encoder.encode(text!), InputError, message);
  }
});

Deno.test("CharEncoder.encode() gives what the package gives", () => {
  const alphabet = "abc123+-=<>/\n\t \r'.,?";
  const special = ["<pad>", "<eos>", "<think>", "</think>"];
  const { tokens, added, json } = parseTokenizer(buildCharTokenizer(alphabet, special), "dir");
  const encoder = new CharEncoder(tokens, added);
  const reference = new Reference(json, { clean_up_tokenization_spaces: false });
  const pieces = [...alphabet, ...special, "</", "<a"];
  const random = seeded(8);
  for (let round = 0; round < 300; round++) {
    const length = random(30);
    const text = Array.from({ length }, () => pieces[random(pieces.length)]).join("");
    assertEquals(encoder.encode(text), reference.encode(text, { add_special_tokens: false }).ids);
  }
});

Deno.test("CharEncoder.encode() takes linear time when a text is long", () => {
  const encoder = new CharEncoder(["<aaaa>", "<", "a"], new Set(["<aaaa>"]));
  assertEquals(encoder.encode("<aaaa".repeat(200_000)).length, 1_000_000);
});
