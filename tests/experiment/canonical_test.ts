import { assertEquals, assertThrows } from "@std/assert";
import { canonical } from "../../src/experiment/canonical.ts";
import { gunzipSync } from "node:zlib";
import { random, shuffleKeys } from "./declarations.ts";

/** Plain JSON of any shape. */
function anything(next: () => number, depth = 4): unknown {
  const pick = Math.floor(next() * (depth > 0 ? 7 : 5));
  switch (pick) {
    case 0:
      return null;
    case 1:
      return next() < 0.5;
    case 2:
      return Math.floor(next() * 1e6) / (1 + Math.floor(next() * 1e3));
    case 3:
      return -Math.floor(next() * 10) * 10 ** Math.floor(next() * 30 - 15);
    case 4:
      return String.fromCodePoint(...Array.from({ length: 3 }, () => Math.floor(next() * 0xd000)));
    case 5:
      return Array.from({ length: Math.floor(next() * 4) }, () => anything(next, depth - 1));
    default:
      return Object.fromEntries(
        Array.from({ length: Math.floor(next() * 5) }, (_, i) => [
          `k${Math.floor(next() * 100)}${i}`,
          anything(next, depth - 1),
        ]),
      );
  }
}

Deno.test("canonical() has one text for a value, in whatever order its keys are", () => {
  const next = random(1);
  for (let i = 0; i < 500; i++) {
    const value = anything(next);
    assertEquals(canonical(shuffleKeys(value, next)), canonical(value));
  }
});

Deno.test("canonical() is JSON of the same value", () => {
  const next = random(2);
  for (let i = 0; i < 500; i++) {
    const value = anything(next);
    // -0 is 0 in JSON.
    assertEquals(JSON.parse(canonical(value)), JSON.parse(JSON.stringify(value)));
  }
});

Deno.test("canonical() leaves undefined keys out and refuses what JSON cannot say", () => {
  assertEquals(canonical({ a: undefined, b: 1 }), '{"b":1}');
  for (const value of [NaN, Infinity, () => 1, new Date(0), undefined, [undefined], 1n]) {
    assertThrows(() => canonical(value), TypeError, "not plain JSON");
  }
});

Deno.test("canonical() is the canonical JSON of RFC 8785", async () => {
  const file = new URL("../golden/canonical.json.gz", import.meta.url);
  const cases: [string, string][] = JSON.parse(
    new TextDecoder().decode(gunzipSync(await Deno.readFile(file))),
  );
  assertEquals(cases.length, 600);
  for (const [text, expected] of cases) assertEquals(canonical(JSON.parse(text)), expected);
});

Deno.test("canonical() has one text for each spelling of a number", () => {
  assertEquals(canonical([1e-3, 0.001, -0, 1.0, 0x10, 1e21]), "[0.001,0.001,0,1,16,1e+21]");
});

Deno.test("canonical() tells lone surrogates apart, and does not mind a megabyte of text", () => {
  assertEquals(canonical(["\ud800", "\udc00"]), '["\\ud800","\\udc00"]');
  assertEquals(canonical("x".repeat(2 ** 20)).length, 2 ** 20 + 2);
});
