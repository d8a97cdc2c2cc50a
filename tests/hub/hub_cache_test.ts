import { assertEquals, assertThrows } from "@std/assert";
import { HubCache } from "../../src/hub/hub_cache.ts";
import { InputError } from "../../src/errors.ts";

Deno.test("HubCache.pathOf() refuses paths that lead out of the cache", () => {
  const cache = new HubCache("cache", { kind: "dataset", name: "a/b" });
  assertEquals(cache.pathOf("c", "data/x.jsonl"), "cache/datasets--a--b/snapshots/c/data/x.jsonl");
  const models = new HubCache("cache", { kind: "model", name: "a/b" });
  assertEquals(models.pathOf("c", "config.json"), "cache/models--a--b/snapshots/c/config.json");
  for (const path of ["../x", "a/../../x", "/etc/x", "..\\x", "C:\\x", "\\\\host\\x"]) {
    assertThrows(() => cache.pathOf("c", path), InputError, "leads out of the repository");
  }
});
