import { assertEquals } from "@std/assert";
import { KvCache } from "../../src/policy/kv_cache.ts";
import { SMALL } from "./fixtures.ts";

Deno.test("KvCache shows rows of every layer, in memory of its own", () => {
  const cache = new KvCache(SMALL, 3, 5);
  const all = cache.view(0, 3);
  assertEquals(Object.keys(all), ["keys/0", "values/0", "keys/1", "values/1"]);
  const { kvHeads, headDim } = SMALL;
  assertEquals(all["keys/0"]!.shape, [3, kvHeads, 5, headDim]);
  all["keys/0"]!.data[2 * kvHeads * 5 * headDim] = 7;
  const last = cache.view(2, 3);
  assertEquals([last["keys/0"]!.data[0], last["keys/1"]!.data[0]], [7, 0]);
  for (const view of [all, last]) Object.values(view).forEach((t) => t[Symbol.dispose]());
});

Deno.test("KvCache.copyRow() copies the first tokens of each head and nothing else", () => {
  const { kvHeads, headDim } = SMALL;
  const [rows, capacity] = [3, 4];
  const cache = new KvCache(SMALL, rows, capacity);
  const views = cache.view(0, rows);
  for (const { data } of Object.values(views)) data.forEach((_, i) => data[i] = i);
  cache.copyRow(2, 0, 3);
  cache.copyRow(1, 1, 4);
  for (const { data } of Object.values(views)) {
    const width = kvHeads * capacity * headDim;
    data.forEach((value, i) => {
      const token = Math.floor(i / headDim) % capacity;
      assertEquals(value, i < width && token < 3 ? i + 2 * width : i);
    });
  }
  Object.values(views).forEach((t) => t[Symbol.dispose]());
});
