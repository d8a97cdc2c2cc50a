/** @file Messages in a stream of bytes: each is a structured clone behind its length. */
import { deserialize, serialize } from "node:v8";

/** Bytes of a length: an unsigned integer, low byte first. */
const HEAD = 4;

/**
 * The bytes of a message. They keep what JSON loses: −0, NaN, infinities and what is undefined.
 *
 * @param message Anything that can be cloned.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = frame({ text: "a\ud800", value: -0 });
 * assertEquals(new FrameReader().read(bytes), [{ text: "a\ud800", value: -0 }]);
 * ```
 */
export function frame(message: unknown): Uint8Array<ArrayBuffer> {
  const body = serialize(message);
  const bytes = new Uint8Array(HEAD + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length, true);
  bytes.set(body, HEAD);
  return bytes;
}

/**
 * Finds messages in bytes that come in pieces of any size.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const frames = new FrameReader<string>();
 * const bytes = frame("whole");
 * assertEquals(frames.read(bytes.subarray(0, 6)), []);
 * assertEquals(frames.read(bytes.subarray(6)), ["whole"]);
 * ```
 */
export class FrameReader<Message> {
  /** What has come of a message that is not whole yet. */
  #pieces: Uint8Array[] = [];
  #length = 0;
  /** Bytes without which nothing can be read. */
  #wanted = HEAD;

  /**
   * The messages that end in these bytes, in order.
   *
   * @throws {Error} where the bytes are not those of {@link frame}.
   */
  read(bytes: Uint8Array): Message[] {
    this.#pieces.push(bytes);
    this.#length += bytes.length;
    // A long message comes in many pieces, which are put together once.
    if (this.#length < this.#wanted) return [];
    const whole = this.#join();
    const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
    const messages: Message[] = [];
    let at = 0;
    this.#wanted = HEAD;
    while (at + HEAD <= whole.length) {
      const end = at + HEAD + view.getUint32(at, true);
      if (end > whole.length) {
        this.#wanted = end - at;
        break;
      }
      messages.push(deserialize(whole.subarray(at + HEAD, end)));
      at = end;
    }
    this.#pieces = [whole.subarray(at)];
    this.#length = whole.length - at;
    return messages;
  }

  #join(): Uint8Array {
    if (this.#pieces.length === 1) return this.#pieces[0]!;
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}
