/** @file Loaded before each test file: what its tests leave among temporary files goes when it ends. */

const before = Deno.env.get("TMPDIR");
const dir = Deno.makeTempDirSync({ prefix: "stepwise-test-" });
Deno.env.set("TMPDIR", dir);

globalThis.addEventListener("unload", () => {
  if (before === undefined) Deno.env.delete("TMPDIR");
  else Deno.env.set("TMPDIR", before);
  Deno.removeSync(dir, { recursive: true });
});
