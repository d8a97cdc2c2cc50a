/** @file The part of the protobuf wire format that ONNX models and TensorBoard events need. */

const utf8 = new TextEncoder();

/**
 * Writes one protobuf message.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...new MessageWriter().int(1, 150).finish()], [0x08, 0x96, 0x01]);
 * ```
 */
export class MessageWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** An integer field; negative numbers as 64-bit two's complement. */
  int(field: number, value: number): this {
    return this.#varint(field << 3).#varint(value);
  }

  /** A 32-bit float field. */
  float(field: number, value: number): this {
    this.#varint(field << 3 | 5);
    return this.#append(new Uint8Array(Float32Array.of(value).buffer));
  }

  /** A 64-bit float field. */
  double(field: number, value: number): this {
    this.#varint(field << 3 | 1);
    return this.#append(new Uint8Array(Float64Array.of(value).buffer));
  }

  /** A length-delimited field. */
  bytes(field: number, value: Uint8Array): this {
    return this.#varint(field << 3 | 2).#varint(value.length).#append(value);
  }

  /** A string field. */
  string(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value));
  }

  /** A nested message. */
  message(field: number, value: MessageWriter): this {
    return this.bytes(field, value.finish());
  }

  /** The message so far. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #varint(value: number): this {
    let rest = BigInt.asUintN(64, BigInt(value));
    const encoded: number[] = [];
    do {
      const low = Number(rest & 127n);
      rest >>= 7n;
      encoded.push(rest > 0n ? low | 128 : low);
    } while (rest > 0n);
    return this.#append(Uint8Array.from(encoded));
  }

  #append(part: Uint8Array): this {
    const needed = this.#length + part.length;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(part, this.#length);
    this.#length = needed;
    return this;
  }
}
