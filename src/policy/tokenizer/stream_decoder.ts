/** @file Turning token ids into text while they arrive. */

/**
 * Decodes ids one by one. Each call gives the text that the new id completes, in time that does not depend on how many
 * came before; bytes that begin a character wait for its end. All parts joined are what `Tokenizer.decode` gives for all
 * ids at once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = [Uint8Array.of(0xe2, 0x82), Uint8Array.of(0xac, 0x21)];
 * const stream = new StreamDecoder((id) => bytes[id]!);
 * assertEquals(stream.push(0), "");
 * assertEquals(stream.push(1), "€!");
 * assertEquals(stream.end(), "");
 * ```
 */
export class StreamDecoder {
  readonly #bytesOf: (id: number) => Uint8Array<ArrayBuffer>;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  /**
   * A stream at its beginning; `Tokenizer.stream` makes one for a tokenizer.
   *
   * @param bytesOf The UTF-8 bytes that an id stands for, possibly part of a character.
   */
  constructor(bytesOf: (id: number) => Uint8Array<ArrayBuffer>) {
    this.#bytesOf = bytesOf;
  }

  /** The text that one more id completes; bytes that can no longer become a character give U+FFFD. */
  push(id: number): string {
    return this.#decoder.decode(this.#bytesOf(id), { stream: true });
  }

  /** What is left at the end: U+FFFD for a character that was begun, else nothing. The stream is then at its beginning. */
  end(): string {
    return this.#decoder.decode();
  }
}
