/** @file Encoding with a closed alphabet. */

import { InputError } from "../../errors.ts";
import { BYTE_CHARACTERS } from "./byte_level.ts";

/**
 * Encodes text by a vocabulary of single characters. It gives the ids that the package would give, but the package passes
 * over a character that it has no token for; here it is an error.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const encoder = new CharEncoder(["<eos>", "a", "Ċ"]);
 * assertEquals(encoder.encode("a\na"), [1, 2, 1]);
 * assertThrows(() => encoder.encode("ab"), Error, 'found "b" at 1');
 * ```
 */
export class CharEncoder {
  readonly #ids: ReadonlyMap<string, number>;

  /**
   * An encoder for a vocabulary.
   *
   * @param tokens Tokens by id; characters are written as byte-level BPE writes them.
   */
  constructor(tokens: readonly (string | undefined)[]) {
    const idOf = new Map(Array.from(tokens, (token, id) => [token, id]));
    this.#ids = new Map(
      Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).flatMap((text, code) => {
        const id = idOf.get(BYTE_CHARACTERS[code]);
        return id === undefined ? [] : [[text, id]];
      }),
    );
  }

  /**
   * The ids of a text without added tokens.
   *
   * @param start Where it begins in the text that an error is about.
   * @throws {InputError} naming the first character that no token has, and its index.
   */
  encode(text: string, start = 0): number[] {
    const ids: number[] = [];
    let at = start;
    for (const character of text) {
      const id = this.#ids.get(character);
      if (id === undefined) {
        const found = `${JSON.stringify(character)} at ${at}`;
        throw new InputError(`text: expected characters of the alphabet, found ${found}`);
      }
      ids.push(id);
      at += character.length;
    }
    return ids;
  }
}
