import { assertEquals, assertThrows } from "@std/assert";
import { HubCache } from "../../../src/data/sources/hub_cache.ts";
import { InputError } from "../../../src/errors.ts";

Deno.test("HubCache.pathOf() refuses paths that lead out of the cache", () => {
  const cache = new HubCache("cache", "a/b");
  assertEquals(cache.pathOf("c", "data/x.jsonl"), "cache/datasets--a--b/snapshots/c/data/x.jsonl");
  for (const path of ["../x", "a/../../x", "/etc/x", "..\\x", "C:\\x", "\\\\host\\x"]) {
    assertThrows(() => cache.pathOf("c", path), InputError, "leads out of the dataset");
  }
});
