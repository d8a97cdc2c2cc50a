import { assertEquals } from "@std/assert";
import { elementsOf, internPair } from "../../src/rewards/elements.ts";

Deno.test("elementsOf() gives code points when the unit is char", () => {
  assertEquals([...elementsOf("é𝟙\ud835", "char")], [0xe9, 0x1d7d9, 0xd835]);
  assertEquals([...elementsOf("", "char")], []);
});

Deno.test("elementsOf() gives no empty word when white space surrounds the text", () => {
  assertEquals(elementsOf(" \t\n", "word"), []);
  assertEquals(elementsOf("\u3000a\u2003b ", "word"), ["a", "b"]);
});

Deno.test("internPair() numbers the second text's elements in order and marks foreign ones with -1", () => {
  assertEquals(internPair("y x q", "x y x", "word"), {
    a: new Int32Array([1, 0, -1]),
    b: new Int32Array([0, 1, 0]),
    alphabet: 2,
  });
});
