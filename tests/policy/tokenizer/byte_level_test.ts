import { assertEquals } from "@std/assert";
import {
  BYTE_CHARACTERS,
  bytesOfToken,
  GPT2_STEPS,
  QWEN2_STEPS,
} from "../../../src/policy/tokenizer/byte_level.ts";

Deno.test("BYTE_CHARACTERS has a different character for every byte, as GPT-2 has", () => {
  assertEquals(new Set(BYTE_CHARACTERS).size, 256);
  assertEquals(BYTE_CHARACTERS[0], "Ā");
  assertEquals(BYTE_CHARACTERS[0x0a], "Ċ");
  assertEquals(BYTE_CHARACTERS[0x7f], "ġ");
  assertEquals(BYTE_CHARACTERS[0xad], "Ń");
  assertEquals(BYTE_CHARACTERS[0xff], "ÿ");
});

Deno.test("bytesOfToken() undoes BYTE_CHARACTERS", () => {
  assertEquals(
    bytesOfToken(BYTE_CHARACTERS.join("")),
    Uint8Array.from({ length: 256 }, (_, i) => i),
  );
  assertEquals(bytesOfToken(""), new Uint8Array());
  assertEquals(bytesOfToken("a b"), null);
});

Deno.test("GPT2_STEPS and QWEN2_STEPS cut a text into words without losing any of it", () => {
  const text = "It's  12 apples,\n\n\tnaïve—日本";
  const words = ([step]: typeof GPT2_STEPS) =>
    text.match(new RegExp(step.pattern.Regex.replace("(?i:", "(?:"), "gu"));
  assertEquals(words(GPT2_STEPS)?.join(""), text);
  assertEquals(words(QWEN2_STEPS)?.join(""), text);
  assertEquals(words(GPT2_STEPS)?.slice(0, 4), ["It", "'s", " ", " 12"]);
  assertEquals(words(QWEN2_STEPS)?.slice(0, 6), ["It", "'s", " ", " ", "1", "2"]);
});
