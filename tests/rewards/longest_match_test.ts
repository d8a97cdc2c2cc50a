import { assertEquals } from "@std/assert";
import { internPair } from "../../src/rewards/elements.ts";
import { LongestMatch, type Match } from "../../src/rewards/longest_match.ts";

/** Find over the whole of both texts. */
function find(a: string, b: string, autojunk = false, bound = Infinity): Match & { core: number } {
  const pair = internPair(a, b, "char");
  const range = { alo: 0, ahi: pair.a.length, blo: 0, bhi: pair.b.length };
  return new LongestMatch(pair, autojunk).find(range, bound);
}

Deno.test("LongestMatch.find() takes the first in a, then the first in b, when lengths tie", () => {
  assertEquals(find("xaay", "aabaa"), { a: 1, b: 0, size: 2, core: 2 });
  assertEquals(find("bcab", "abbc"), { a: 0, b: 2, size: 2, core: 2 });
});

Deno.test("LongestMatch.find() gives size 0 at the range's start when nothing matches", () => {
  assertEquals(find("abc", "xyz"), { a: 0, b: 0, size: 0, core: 0 });
  assertEquals(find("", ""), { a: 0, b: 0, size: 0, core: 0 });
});

Deno.test("LongestMatch.find() stays inside its range", () => {
  const matcher = new LongestMatch(internPair("abcdef", "abcdef", "char"), false);
  assertEquals(matcher.find({ alo: 1, ahi: 4, blo: 2, bhi: 6 }, Infinity), {
    a: 2,
    b: 2,
    size: 2,
    core: 2,
  });
});

Deno.test("LongestMatch.find() extends a run over popular elements but never starts one with them", () => {
  const rest = Array.from({ length: 195 }, (_, k) => String.fromCodePoint(0x4e00 + k)).join("");
  // "x" occurs 5 times in 200 elements, which is more than 200 / 100 + 1.
  const b = `x一xxxx${rest.slice(1)}`;
  assertEquals(find("xx一xx", b, true), { a: 1, b: 0, size: 4, core: 1 });
  assertEquals(find("xx一xx", b, false), { a: 1, b: 0, size: 4, core: 4 });
  assertEquals(find("-xx-", b, true).size, 0);
});

Deno.test("LongestMatch.find() gives the same match under a true bound as under none", () => {
  const a = "abcabxabcab";
  const b = "zabcabyabcab";
  const unbounded = find(a, b);
  assertEquals(find(a, b, false, unbounded.core), unbounded);
});

Deno.test("LongestMatch.find() gives the same match when the range is dense enough for the automaton", () => {
  // 600 × 600 over two letters, with the one longest run at known places.
  const noise = (seed: number) => {
    let text = "";
    for (let k = 0, x = seed; k < 300; k++) {
      x = (Math.imul(x, 1103515245) + 12345) >>> 0;
      text += "ab"[(x >>> 20) & 1];
    }
    return text;
  };
  const run = "aab".repeat(30);
  const found = find(`${noise(1)}c${run}c${noise(2)}`, `${noise(3)}d${run}d${noise(4)}`);
  assertEquals(found, { a: 301, b: 301, size: 90, core: 90 });
});
