import { assertEquals, assertStringIncludes } from "@std/assert";
import { scanText } from "../../src/paper/scan_text.ts";

const found = (text: string, names: string[] = []) =>
  scanText(text, "p.typ", names).problems.map((line) => /found "([^"]*)"/.exec(line)?.[1] ?? line);

Deno.test("scanText() finds digits of any script, in prose, raw text, escapes and mathematics within a line", () => {
  assertEquals(found("at 91.4 and ½ and ٣"), ["91.4", "½", "٣"]);
  assertEquals(found("`91`, \\u{39}, $r = 2$"), ["91", "39", "2"]);
});

Deno.test("scanText() finds words that are numbers, but no ordinals", () => {
  assertEquals(found("twice as many in three of them; one, first, second, often, weight"), [
    "twice",
    "three",
  ]);
});

Deno.test("scanText() lets equations, labels, references, comments and names be", () => {
  assertEquals(found("$ 2 M / T $ <sec-2> @fig-3 // 4\n/* 5\n6 */ R3", ["R3"]), []);
  assertEquals(found('$ x "of 7" $'), ["7"]);
  assertEquals(found("R3 and R33", ["R3"]), ["33"]);
});

Deno.test("scanText() takes no code but the calls that it knows", () => {
  for (const code of ["#let x = [91]", '#text("91")', "#[91]", "#num(91)", '#num("a" + "b")']) {
    assertStringIncludes(scanText(code, "p.typ").problems.join(), "p.typ:1");
  }
});

Deno.test("scanText() counts lines through comments, equations and escapes", () => {
  const text = '/*\n*/\n$ x\n= y $\n\\\n#num("a")';
  assertEquals(scanText(text, "p.typ").calls, [{ name: "num", args: ["a"], at: "p.typ:6" }]);
});

Deno.test("scanText() reads hostile text in no time", () => {
  for (const part of ["#", "$", "\\", "/*", '#num("', "<a", "a", "\ud800"]) {
    const start = performance.now();
    scanText(part.repeat(100_000), "p.typ");
    assertEquals(performance.now() - start < 5_000, true, part);
  }
});
