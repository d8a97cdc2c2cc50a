import { assertEquals } from "@std/assert";
import { ContinuationCache } from "../../src/policy/continuation_cache.ts";

const SHAPE = { layers: 2, kvHeads: 2, headDim: 4 };

/** Numbers that tell where they stand. */
function fill(cache: ContinuationCache): void {
  for (const { data } of Object.values(cache.tensors)) {
    for (let i = 0; i < data.length; i++) data[i] = i + 1;
  }
}

Deno.test("ContinuationCache.take() moves a continuation's first tokens, head by head, to another place and size", () => {
  using old = new ContinuationCache(SHAPE, 2, 3, 5);
  fill(old);
  using made = new ContinuationCache(SHAPE, 1, 2, 8);
  made.take(old, [1, 2], [0, 1], 3);
  const at = (cache: ContinuationCache, prompt: number, head: number, place: number) => {
    const start = ((prompt * 2 + head) * cache.count + place) * cache.capacity * 4;
    return [...cache.tensors["values/1"]!.data.subarray(start, start + cache.capacity * 4)];
  };
  for (const head of [0, 1]) {
    assertEquals(at(made, 0, head, 1).slice(0, 12), at(old, 1, head, 2).slice(0, 12));
    assertEquals(at(made, 0, head, 1).slice(12), Array(20).fill(0));
    assertEquals(at(made, 0, head, 0), Array(32).fill(0));
  }
});
