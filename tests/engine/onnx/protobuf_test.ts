import { assertEquals, assertThrows } from "@std/assert";
import { MessageWriter } from "../../../src/engine/onnx/protobuf.ts";

const bytes = (write: (message: MessageWriter) => unknown) => {
  const message = new MessageWriter();
  write(message);
  return [...message.finish()];
};

// The examples of protobuf.dev/programming-guides/encoding.
Deno.test("MessageWriter.int() writes a varint of as few bytes as it takes", () => {
  assertEquals(bytes((m) => m.int(1, 150)), [0x08, 0x96, 0x01]);
  assertEquals(bytes((m) => m.int(1, 0)), [0x08, 0x00]);
  assertEquals(bytes((m) => m.int(1, 127)), [0x08, 0x7f]);
  assertEquals(bytes((m) => m.int(20, 2)), [0xa0, 0x01, 0x02]);
  assertEquals(bytes((m) => m.int(1, 2 ** 40)), [0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20]);
});

Deno.test("MessageWriter.int() writes negative numbers as 64 bits, and refuses fractions", () => {
  const ones = new Array(8).fill(0xff);
  assertEquals(bytes((m) => m.int(1, -2)), [0x08, 0xfe, ...ones, 0x01]);
  assertThrows(() => new MessageWriter().int(1, 0.5), RangeError);
});

Deno.test("MessageWriter.string() and message() write a length before the contents", () => {
  assertEquals(bytes((m) => m.string(2, "testing")), [
    0x12,
    7,
    ...new TextEncoder().encode("testing"),
  ]);
  assertEquals(bytes((m) => m.string(2, "é")), [0x12, 2, 0xc3, 0xa9]);
  assertEquals(bytes((m) => m.message(3, new MessageWriter().int(1, 150))), [
    0x1a,
    3,
    0x08,
    0x96,
    1,
  ]);
});

Deno.test("MessageWriter.float() writes 32 bits, lowest byte first", () => {
  assertEquals(bytes((m) => m.float(2, 1)), [0x15, 0, 0, 0x80, 0x3f]);
});

Deno.test("MessageWriter grows with what is written, and finish() copies it", () => {
  const message = new MessageWriter();
  const part = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
  for (let i = 0; i < 5; i++) message.bytes(9, part);
  const first = message.finish();
  assertEquals(first.length, 5 * 1003);
  assertEquals(first.slice(3 + 4 * 1003), part);
  message.int(1, 1);
  assertEquals(first.length, 5 * 1003);
  assertEquals(message.finish().length, 5 * 1003 + 2);
});
