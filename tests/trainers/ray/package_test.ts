import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { unzipSync } from "fflate";
import { InputError } from "../../../src/errors.ts";
import { PACKAGE_BYTES, packJob } from "../../../src/trainers/ray/package.ts";

/** A folder with files. */
async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const dir = await Deno.makeTempDir();
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(`${dir}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${dir}/${name}`, text);
  }
  return dir;
}

Deno.test("packJob() packs a folder without what stays, and names it after its content", async () => {
  const files = { "a.txt": "1", "sub/deep/b.txt": "2", "output/x": "3", "sub/output/y": "4" };
  const dir = await folder(files);
  const more = { "run.sh": new TextEncoder().encode("5") };
  const { name, bytes } = await packJob(dir, ["output"], more);
  const found = Object.entries(unzipSync(bytes))
    .map(([path, content]) => [path, new TextDecoder().decode(content)]);
  assertEquals(Object.fromEntries(found), {
    ...{ "a.txt": "1", "run.sh": "5", "sub/deep/b.txt": "2", "sub/output/y": "4" },
  });
  assert(/^_ray_pkg_[0-9a-f]{32}\.zip$/.test(name), name);
  // The same files elsewhere, written in another order and at another time, are the same package.
  const again = await folder(Object.fromEntries(Object.entries(files).reverse()));
  await Deno.utime(`${again}/a.txt`, 1, 1);
  assertEquals((await packJob(again, ["output"], more)).name, name);
  await Deno.writeTextFile(`${again}/a.txt`, "one");
  assertNotEquals((await packJob(again, ["output"], more)).name, name);
});

Deno.test("packJob() refuses what Ray's head would not take", async () => {
  const dir = await Deno.makeTempDir();
  const noise = new Uint8Array(PACKAGE_BYTES);
  for (let at = 0; at < noise.length; at += 65536) {
    crypto.getRandomValues(noise.subarray(at, at + 65536));
  }
  await Deno.writeFile(`${dir}/data.jsonl`, noise);
  await assertRejects(
    () => packJob(dir, []),
    InputError,
    "packed; expected less than 100 MiB, the most that Ray's head takes",
  );
});
