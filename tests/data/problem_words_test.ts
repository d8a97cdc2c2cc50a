import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { problemKey, problemWords } from "../../src/data/problem_words.ts";

Deno.test("problemWords() drops typography and keeps what makes a problem another one", () => {
  const same = [
    "Find  $x^2 - 4x = 0$.",
    "find x^2-4x=0",
    "**Find** \\(x^{2} - 4 x = 0\\)!",
    "Ｆｉｎｄ x^2 - 4x = 0",
  ];
  for (const text of same) assertEquals(problemWords(text).join(" "), "find x ^ 2 - 4 x = 0");
  const others = [
    "Find x^2 + 4x = 0.",
    "Find x^2 - 5x = 0.",
    "Find y^2 - 4y = 0.",
    "Find x*2 - 4x = 0.",
  ];
  for (const text of others) assertNotEquals(problemKey(text), problemKey(same[0]!));
});

Deno.test("problemWords() composes and lowers letters of every script", () => {
  assertEquals(problemWords("E\u0301TÉ 日本語 Ωmega"), ["été", "日本語", "ωmega"]);
});

Deno.test("problemKey() tells texts without words apart by themselves", () => {
  assertEquals([problemKey(" ?! "), problemKey("\u{1F600}"), problemKey("")], [
    "?!",
    "\u{1F600}",
    "",
  ]);
});

Deno.test("problemWords() takes hostile text in its stride", () => {
  const start = performance.now();
  assertEquals(problemWords("a".repeat(1_000_000)).length, 1);
  assertEquals(problemWords("+".repeat(1_000_000)).length, 1_000_000);
  assertEquals(problemWords("\ud800 x \udfff"), ["x"]);
  assertEquals(problemWords("{".repeat(1_000_000)), []);
  assert(performance.now() - start < 5000);
});
