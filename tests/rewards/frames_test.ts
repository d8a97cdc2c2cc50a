import { assertEquals, assertThrows } from "@std/assert";
import { frame, FrameReader } from "../../src/rewards/frames.ts";
import { HOSTILE } from "./rollouts.ts";

const MESSAGES = [
  { text: "\ud800x\udc00é語\0", values: [-0, NaN, -Infinity, 1e-320], none: undefined, null: null },
  "",
  ...HOSTILE,
];

Deno.test("FrameReader reads what frame() wrote, whatever the pieces", () => {
  const frames = MESSAGES.map(frame);
  const bytes = new Uint8Array(frames.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const one of frames) {
    bytes.set(one, end);
    end += one.length;
  }
  for (const size of [997, 65_536, bytes.length]) {
    const reader = new FrameReader();
    const read: unknown[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      read.push(...reader.read(bytes.slice(at, at + size)));
    }
    assertEquals(read, MESSAGES);
  }
  const reader = new FrameReader();
  const singly = [...frames[0]!, ...frames[1]!].flatMap((byte) => reader.read(Uint8Array.of(byte)));
  assertEquals(singly, MESSAGES.slice(0, 2));
});

Deno.test("FrameReader refuses what is no message", () => {
  const reader = new FrameReader();
  assertThrows(() => reader.read(new TextEncoder().encode("\x05\0\0\0hello")));
});
