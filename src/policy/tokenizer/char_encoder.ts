/** @file Encoding with a closed alphabet. */

import { InputError } from "../../errors.ts";
import { BYTE_CHARACTERS } from "./byte_level.ts";

/**
 * Encodes text by a vocabulary of single characters and added tokens. It gives the ids that the package would give, but
 * the package passes over a character that it has no token for; here it is an error.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const encoder = new CharEncoder(["<eos>", "a", "Ċ"], new Set(["<eos>"]));
 * assertEquals(encoder.encode("a\na<eos>"), [1, 2, 1, 0]);
 * assertThrows(() => encoder.encode("ab"), Error, 'found "b" at 1');
 * ```
 */
export class CharEncoder {
  readonly #ids: ReadonlyMap<string, number>;
  readonly #added: RegExp;

  /**
   * An encoder for a vocabulary.
   *
   * @param tokens Tokens by id; characters are written as byte-level BPE writes them.
   * @param added Those of the tokens that are found in a text before anything else.
   */
  constructor(tokens: readonly (string | undefined)[], added: ReadonlySet<string>) {
    const idOf = new Map(Array.from(tokens, (token, id) => [token, id]));
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
    const texts = [
      ...ascii.map((character, code) => [character, idOf.get(BYTE_CHARACTERS[code])] as const),
      ...[...added].map((token) => [token, idOf.get(token)] as const),
    ];
    this.#ids = new Map(texts.flatMap(([text, id]) => id === undefined ? [] : [[text, id]]));
    // Of two that begin in the same place, the longer one is found.
    const longestFirst = [...added].sort((a, b) => b.length - a.length);
    this.#added = new RegExp(`(${longestFirst.map(RegExp.escape).join("|") || "(?!)"})`, "u");
  }

  /**
   * The ids of a text.
   *
   * @throws {InputError} naming the first character that no token has, and its index.
   */
  encode(text: string): number[] {
    const ids: number[] = [];
    let at = 0;
    for (const [index, piece] of text.split(this.#added).entries()) {
      // Every other piece is an added token.
      for (const unit of index % 2 === 1 ? [piece] : piece) {
        const id = this.#ids.get(unit);
        if (id === undefined) {
          const found = `${JSON.stringify(unit)} at ${at}`;
          throw new InputError(`text: expected characters of the alphabet, found ${found}`);
        }
        ids.push(id);
        at += unit.length;
      }
    }
    return ids;
  }
}
