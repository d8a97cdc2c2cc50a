import { assertEquals } from "@std/assert";
import { lockedPackages } from "../../src/runs/locked_packages.ts";

Deno.test("lockedPackages() agrees with this project's import map, which pins exactly", async () => {
  const { packages } = await lockedPackages("deno.lock");
  const { imports } = JSON.parse(await Deno.readTextFile("deno.json"));
  for (const target of Object.values<string>(imports)) {
    const pinned = /^(npm:(?:@[^/]+\/)?[^@/]+)@([\d.]+)/.exec(target);
    if (pinned) assertEquals(packages[pinned[1]!], pinned[2], target);
  }
});

Deno.test("lockedPackages() has no packages without a lock, and the hash alone of what is none", async () => {
  const path = await Deno.makeTempFile();
  for (const text of ["{", "7", "null", '{"specifiers":3}']) {
    await Deno.writeTextFile(path, text);
    const { lock, packages } = await lockedPackages(path);
    assertEquals([lock?.length, packages], [64, {}], text);
  }
  await Deno.remove(path);
  assertEquals(await lockedPackages(path), { lock: null, packages: {} });
});
