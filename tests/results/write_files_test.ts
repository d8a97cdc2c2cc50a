import { assertEquals, assertRejects } from "@std/assert";
import { writeFiles } from "../../src/results/write_files.ts";

const names = async (dir: string) =>
  (await Array.fromAsync(Deno.readDir(dir))).map((e) => e.name).sort();

Deno.test("writeFiles() makes the folder, replaces and removes, and leaves other files", async () => {
  const root = await Deno.makeTempDir();
  const dir = `${root}/a/b`;
  await writeFiles(dir, { one: "1", two: new Uint8Array([2]), gone: "x" });
  await Deno.writeTextFile(`${dir}/other`, "kept");
  await writeFiles(dir, { one: "new", gone: null, never: null });
  assertEquals(await names(dir), ["one", "other", "two"]);
  assertEquals(await Deno.readTextFile(`${dir}/one`), "new");
  await Deno.remove(root, { recursive: true });
});

Deno.test("writeFiles() leaves the old files and no temporary ones when a write fails", async () => {
  const dir = await Deno.makeTempDir();
  await writeFiles(dir, { one: "old" });
  await assertRejects(
    () => writeFiles(dir, { one: "new", "missing/two": "2" }),
    Deno.errors.NotFound,
  );
  assertEquals(await names(dir), ["one"]);
  assertEquals(await Deno.readTextFile(`${dir}/one`), "old");
  await Deno.remove(dir, { recursive: true });
});
