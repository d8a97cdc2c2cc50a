import { assert, assertEquals } from "@std/assert";
import { StreamDecoder } from "../../../src/policy/tokenizer/stream_decoder.ts";
import { seeded } from "../python.ts";

const byByte = () => new StreamDecoder((id) => Uint8Array.of(id));

Deno.test("StreamDecoder.push() holds back a character until it is whole", () => {
  const stream = byByte();
  const parts = [...new TextEncoder().encode("a😀é")].map((byte) => stream.push(byte));
  assertEquals(parts, ["a", "", "", "", "😀", "", "é"]);
  assertEquals(stream.end(), "");
});

Deno.test("StreamDecoder.end() gives U+FFFD for a character that was begun, then starts afresh", () => {
  const stream = byByte();
  assertEquals(stream.push(0xf0) + stream.push(0x9f), "");
  assertEquals(stream.end(), "\ufffd");
  assertEquals(stream.push(0x61), "a");
});

Deno.test("StreamDecoder keeps a byte-order mark", () => {
  const stream = byByte();
  assertEquals([0xef, 0xbb, 0xbf].map((byte) => stream.push(byte)).join(""), "\ufeff");
});

Deno.test("StreamDecoder gives the text of all bytes at once, in whole characters, when bytes are random", () => {
  const random = seeded(3);
  const lead = [0x41, 0xc3, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0xff];
  for (let round = 0; round < 500; round++) {
    const bytes = Array.from({ length: random(12) }, () => lead[random(lead.length)]!);
    const stream = byByte();
    const parts = [...bytes.map((byte) => stream.push(byte)), stream.end()];
    assertEquals(parts.join(""), new TextDecoder().decode(Uint8Array.from(bytes)));
    assert(parts.every((part) => part.isWellFormed()));
  }
});
