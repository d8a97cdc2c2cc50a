/** @file A character-level tokenizer: one token per character of a closed alphabet. */

import { InputError } from "../../errors.ts";
import { BYTE_CHARACTERS } from "./byte_level.ts";
import { formatTokenizer, type TokenizerFiles } from "./tokenizer_files.ts";

/**
 * Makes a tokenizer that has the special tokens and the characters of an alphabet, with ids in that order, and nothing
 * else. It is a byte-level BPE model without merges, so the alphabet is one of ASCII, where a byte is a character.
 *
 * @param alphabet Every character that a text may hold, each once; newline is a character like any other.
 * @param special Special tokens of two characters or more, e.g. `<pad>`, `<eos>`, `<think>`.
 * @throws {InputError} where a token is there twice, a character is not ASCII, or a special token too short.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const files = buildCharTokenizer("ab\n", ["<eos>"]);
 * assertEquals(JSON.parse(files["tokenizer.json"]).model.vocab, { "<eos>": 0, a: 1, b: 2, "Ċ": 3 });
 * ```
 */
export function buildCharTokenizer(alphabet: string, special: readonly string[]): TokenizerFiles {
  const fail = (expected: string, found: string | undefined) => {
    throw new InputError(`alphabet: expected ${expected}, found ${JSON.stringify(found)}`);
  };
  const foreign = [...alphabet].find((character) => character > "\x7f");
  if (foreign !== undefined) fail("ASCII characters (trainBpe has no such limit)", foreign);
  const short = special.find((token) => token.length < 2);
  if (short !== undefined) fail("special tokens of two characters or more", short);
  const tokens = [...special, ...alphabet];
  const twice = tokens.find((token, at) => tokens.indexOf(token) !== at);
  if (twice !== undefined) fail("each token once", twice);
  const characters = Array.from(alphabet, (character) => BYTE_CHARACTERS[character.charCodeAt(0)]!);
  const vocab = new Map([...special, ...characters].map((token, id) => [token, id]));
  return formatTokenizer({ vocab, merges: [] }, special);
}
