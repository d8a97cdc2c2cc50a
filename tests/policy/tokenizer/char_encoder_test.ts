import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { CharEncoder } from "../../../src/policy/tokenizer/char_encoder.ts";

Deno.test("CharEncoder.encode() gives each character its id, newline and space included", () => {
  const encoder = new CharEncoder(["<eos>", "<", "a", "Ġ", "Ċ"]);
  assertEquals(encoder.encode("a <\na"), [2, 3, 1, 4, 2]);
  assertEquals(encoder.encode(""), []);
});

Deno.test("CharEncoder.encode() throws an InputError naming the character and its place", () => {
  const encoder = new CharEncoder(["<é>", "a", "ÿ"]);
  const cases = [["aé", 'found "é" at 1'], ["aÿ", '"ÿ" at 1'], ["<é", '"<" at 0'], [
    "😀",
    '"😀" at 0',
  ]];
  for (const [text, message] of cases) {
    assertThrows(() => encoder.encode(text!), InputError, message);
  }
  assertThrows(() => encoder.encode("aé", 5), InputError, "at 6");
});

Deno.test("CharEncoder.encode() takes linear time when a text is long", () => {
  const encoder = new CharEncoder(["<", "a"]);
  assertEquals(encoder.encode("<aaaa".repeat(200_000)).length, 1_000_000);
});
