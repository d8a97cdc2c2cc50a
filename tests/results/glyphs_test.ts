import { assert, assertEquals, assertLess, assertLessOrEqual } from "@std/assert";
import {
  displayWidth,
  padEnd,
  safeLine,
  toGlyphs,
  wrapGlyphs,
  wrapText,
} from "../../src/results/glyphs.ts";

Deno.test("safeLine() escapes all that can drive a terminal or hide", () => {
  for (
    const [text, shown] of [
      ["\x1b[2J", "\\x1b[2J"],
      ["\x9b2J", "\\x9b2J"],
      ["\x07\x00\x7f", "\\x07\\x00\\x7f"],
      ["a\r\n\tb", "a\\r\\n\\tb"],
      ["\u202eabc\u2066", "\\u{202e}abc\\u{2066}"],
      ["\u200b\ufeff\u00ad", "\\u{200b}\\u{feff}\\xad"],
      ["\u2028", "\\u{2028}"],
      ["\ud800x", "\\u{d800}x"],
      ["\u{e0041}", "\\u{e0041}"],
      ["é 漢 → 𝕏", "é 漢 → 𝕏"],
    ] as const
  ) assertEquals(safeLine(text), shown);
});

Deno.test("safeLine() lets no control or format character of Unicode through", () => {
  let all = "";
  for (let code = 0; code <= 0x10ffff; code++) all += String.fromCodePoint(code);
  assertEquals(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(safeLine(all)), false);
});

Deno.test("toGlyphs() shows accents as they are, but not a pile of them", () => {
  const piled = toGlyphs("e" + "\u0301".repeat(6)).map(({ text }) => text);
  assertEquals(piled, ["e", "\u0301", "\u0301", "\u0301", "\\u{301}", "\\u{301}", "\\u{301}"]);
});

Deno.test("toGlyphs() marks by code point, also behind astral letters", () => {
  const marked = toGlyphs("𝕏ab", (index) => index === 2).filter((glyph) => glyph.marked);
  assertEquals(marked.map(({ text }) => text), ["b"]);
});

Deno.test("displayWidth() counts terminal columns", () => {
  for (
    const [text, width] of [
      ["", 0],
      ["abc", 3],
      ["漢字", 4],
      ["e\u0301", 1],
      ["🙂", 2],
      ["ｱＡ", 4],
      ["→±–", 3],
    ] as const
  ) {
    assertEquals(displayWidth(text), width);
  }
  assertEquals(padEnd("漢", 3), "漢 ");
  assertEquals(padEnd("long", 2), "long");
});

Deno.test("wrapText() breaks at spaces and line feeds, and within a word only where it must", () => {
  assertEquals(wrapText("one two three", 7), ["one two", "three"]);
  assertEquals(wrapText("one\n\ntwo\n", 7), ["one", "", "two", ""]);
  assertEquals(wrapText("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
  assertEquals(wrapText("  indented", 20), ["  indented"]);
  assertEquals(wrapText("", 10), [""]);
});

Deno.test("wrapGlyphs() keeps every line within the columns, and loses nothing but spaces", () => {
  const text = "let x = 漢字 + \x1b[2J; e\u0301e\u0301 ".repeat(40) + "w".repeat(300) + " \n end";
  for (const columns of [8, 13, 40, 100]) {
    const lines = wrapGlyphs(toGlyphs(text), columns);
    for (const line of lines) {
      assertLessOrEqual(line.reduce((sum, glyph) => sum + glyph.width, 0), columns);
    }
    const kept = lines.flat().map((glyph) => glyph.text).join("");
    assertEquals(kept.replace(/ /g, ""), safeLine(text).replace(/ /g, "").replace("\\n", ""));
  }
});

Deno.test("wrapText() takes linear time on long hostile text", () => {
  const start = performance.now();
  for (const piece of ["a", " ", "\u0301", "\x1b", "\n", "漢"]) {
    assert(wrapText(piece.repeat(100_000), 80).length > 0);
  }
  assertLess(performance.now() - start, 5000);
});
