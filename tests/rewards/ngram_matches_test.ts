import { assertEquals } from "@std/assert";
import { internPair } from "../../src/rewards/elements.ts";
import { ngramMatches } from "../../src/rewards/ngram_matches.ts";
import { randomPairs } from "./tables.ts";

function counted(text: string, order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + order <= text.length; i++) {
    const ngram = text.slice(i, i + order);
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

Deno.test("ngramMatches() equals counting substrings", () => {
  for (const [a, b] of randomPairs(3, 200)) {
    const found = ngramMatches(internPair(a, b, "char"), 6);
    for (const [i, count] of found.entries()) {
      const [left, right] = [counted(a, i + 1), counted(b, i + 1)];
      let matched = 0;
      for (const [ngram, times] of left) matched += Math.min(times, right.get(ngram) ?? 0);
      const size = (text: string) => Math.max(0, text.length - i);
      assertEquals(count, { a: size(a), b: size(b), matched }, `${a} ${b} ${i}`);
    }
  }
});

Deno.test("ngramMatches() ends with the longer sequence, however many orders are asked for", () => {
  assertEquals(ngramMatches(internPair("ab", "a", "char"), 1e9), [
    { a: 2, b: 1, matched: 1 },
    { a: 1, b: 0, matched: 0 },
  ]);
  assertEquals(ngramMatches(internPair("", "", "char"), 4), []);
});
