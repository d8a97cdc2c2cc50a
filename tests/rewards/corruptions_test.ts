import { assert, assertEquals, assertLess, assertNotEquals } from "@std/assert";
import { Rng } from "../../src/random/rng.ts";
import {
  anotherStep,
  changeDigits,
  CORRUPTIONS,
  doubled,
  dropWords,
  firstHalf,
  reorderClauses,
} from "../../src/rewards/corruptions.ts";
import { HOSTILE } from "./rollouts.ts";

const rngs = Array.from({ length: 50 }, (_, seed) => new Rng(seed));

Deno.test("dropWords() drops the share, keeps the order, and leaves the layout of what stays", () => {
  const text = Array.from({ length: 40 }, (_, at) => `w${at}`).join(" ");
  for (const share of [0.1, 0.2, 0.3, 0.5]) {
    const kept = rngs.map((rng) => dropWords(text, share, rng)!.split(" "));
    for (const words of kept) {
      assertEquals(words.length, 40 - 40 * share);
      const numbers = words.map((word) => Number(word.slice(1)));
      assertEquals(numbers, [...numbers].sort((a, b) => a - b));
    }
    assertEquals(new Set(kept.flat()).size, 40);
    assert(new Set(kept.map(String)).size > 1);
  }
  const laid = rngs.map((rng) => dropWords("a\n\n  b c", 0.3, rng));
  assertEquals(new Set(laid), new Set(["b c", "a\n\n  c", "a\n\n  b"]));
});

Deno.test("dropWords() drops at least one word, leaves at least one, and needs two", () => {
  const rng = new Rng(0);
  assertEquals(dropWords("a b c", 0.1, rng)?.length, 3);
  assertEquals(dropWords("a b c", 1, rng)?.length, 1);
  for (const text of ["", "  ", "word"]) assertEquals(dropWords(text, 0.5, rng), null);
});

Deno.test("changeDigits() changes one digit of every number and nothing else", () => {
  const text = "12 apples at $3.50 = x_1";
  for (const rng of rngs) {
    const changed = changeDigits(text, rng)!;
    assertEquals(changed.replace(/[0-9]/g, "#"), text.replace(/[0-9]/g, "#"));
    const before = text.match(/[0-9]+/g)!;
    const edits = changed.match(/[0-9]+/g)!.map((number, at) =>
      [...number].filter((digit, i) => digit !== before[at]![i]).length
    );
    assertEquals(edits, [1, 1, 1, 1]);
  }
  assertEquals(new Set(rngs.map((rng) => changeDigits("5", rng))).size > 5, true);
  assertEquals(changeDigits("no number, ²½ neither", new Rng(0)), null);
});

Deno.test("reorderClauses() keeps every clause, the white space in its places, and formulas whole", () => {
  const text = "Let (a, b) = (1. 5): halve it; then\n\n\\[ x = 1,\n y \\] so f(x, [0, 1)) = 3.";
  const clauses = [
    "Let (a, b) = (1. 5):",
    "halve it;",
    "then",
    "\\[ x = 1,\n y \\] so f(x, [0, 1)) = 3.",
  ];
  for (const rng of rngs) {
    let left = reorderClauses(text, rng)!;
    assertNotEquals(left, text);
    assertEquals(left.length, text.length);
    const starts = clauses.map((clause) => left.indexOf(clause));
    assert(starts.every((start) => start >= 0), left);
    for (const clause of clauses) left = left.replace(clause, "");
    assertEquals(left, "  \n\n");
  }
});

Deno.test("reorderClauses() always changes the text, or says that it cannot", () => {
  for (const rng of rngs) assertEquals(reorderClauses("a. b", rng), "b a.");
  for (const text of ["", "one clause", "f(a, b. c) = 3.14"]) {
    assertEquals(reorderClauses(text, new Rng(0)), null);
  }
  assertEquals(reorderClauses("same, same,", new Rng(0)), null);
  assertEquals(reorderClauses("half-open ]( a, b", new Rng(0)), null);
});

Deno.test("firstHalf() and doubled() count code points", () => {
  assertEquals(firstHalf("𝟙𝟚𝟛𝟜"), "𝟙𝟚");
  assertEquals(firstHalf("abc"), "a");
  assertEquals([firstHalf("a"), firstHalf("")], [null, null]);
  assertEquals(doubled("ab"), "ab\nab");
});

Deno.test("anotherStep() draws from every other problem and never from the own one", () => {
  const steps = new Map([["p1", ["a", "b"]], ["p2", ["c", "d"]], ["p3", ["e"]]]);
  const drawn = rngs.map((rng) => anotherStep("p1", steps, rng));
  assertEquals(new Set(drawn), new Set(["c", "d", "e"]));
  assertEquals(anotherStep("p1", new Map([["p1", ["a"]]]), new Rng(0)), null);
});

Deno.test("every corruption of equal streams is equal, and copes with hostile text in time", () => {
  const others = { problem: "p", steps: new Map([["p", ["a"]], ["q", ["b"]]]) };
  const texts = [...HOSTILE, "1".repeat(2e5), "a ".repeat(1e5), "a.\n".repeat(1e5)];
  for (const { id, corrupt } of CORRUPTIONS) {
    for (const text of texts) {
      const begun = performance.now();
      const once = corrupt(text, new Rng(7, id), others);
      assertLess(performance.now() - begun, 3000);
      assertEquals(once === corrupt(text, new Rng(7, id), others), true);
      assert(once === null || once.trim() !== "" || text.trim() === "", id);
    }
  }
});
