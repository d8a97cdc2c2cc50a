import { assertEquals } from "@std/assert";
import { SuffixAutomaton } from "../../src/rewards/suffix_automaton.ts";
import type { Match } from "../../src/rewards/longest_match.ts";

/** The rule by trying everything: longest, then first in a, then first in b. */
function longestByTrying(a: Int32Array, b: Int32Array, from: number, to: number): Match {
  let best: Match = { a: 0, b: from, size: 0 };
  for (let i = 0; i < a.length; i++) {
    for (let j = from; j < to; j++) {
      let size = 0;
      while (i + size < a.length && j + size < to && a[i + size] === b[j + size]) size++;
      if (size > best.size) best = { a: i, b: j, size };
    }
  }
  return best;
}

/** Ids from `lowest` to `highest` that a seed fixes. */
function ids(length: number, lowest: number, highest: number, seed: number): Int32Array {
  let x = seed;
  return Int32Array.from({ length }, () => {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    return lowest + (x >>> 16) % (highest - lowest + 1);
  });
}

Deno.test("SuffixAutomaton.longest() equals a search of all pairs on random sequences", () => {
  for (let seed = 1; seed <= 400; seed++) {
    const alphabet = 1 + seed % 5;
    const b = ids(seed % 23, 0, alphabet - 1, seed);
    const a = ids(seed % 19, -1, alphabet - 1, seed * 31);
    const automaton = new SuffixAutomaton(b, alphabet);
    const from = Math.min(b.length, seed % 3);
    // Built twice: what an earlier build left must not show.
    automaton.build(0, b.length);
    automaton.build(from, b.length);
    assertEquals(
      automaton.longest(a, 0, a.length, Infinity),
      longestByTrying(a, b, from, b.length),
      `seed ${seed}`,
    );
  }
});

Deno.test("SuffixAutomaton.longest() stops at the first run as long as the bound", () => {
  const automaton = new SuffixAutomaton(new Int32Array([0, 1, 2, 0, 1]), 3);
  automaton.build(0, 5);
  assertEquals(automaton.longest(new Int32Array([0, 1, 2]), 0, 3, 2), { a: 0, b: 0, size: 2 });
});
