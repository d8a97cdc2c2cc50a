/** @file A set of files replaced together, each by a rename. */
import { faultPoint } from "../fault_point.ts";
import { renameDurably, syncTree } from "../files.ts";

/**
 * Writes files into a folder, which is made if needed. All are first written whole under temporary names and only then
 * renamed, so that a reader never sees half a file and a failure leaves the old files as they were.
 *
 * @param files Contents by name; null removes a file that an earlier call left.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * await writeFiles(dir, { "table.md": "| arm |\n", "reward.svg": null });
 * assertEquals(await Deno.readTextFile(`${dir}/table.md`), "| arm |\n");
 * ```
 */
export async function writeFiles(
  dir: string,
  files: Readonly<Record<string, string | Uint8Array | null>>,
): Promise<void> {
  await Deno.mkdir(dir, { recursive: true });
  const temporary = (name: string) => `${dir}/${name}.${Deno.pid}.tmp`;
  const kept = Object.entries(files).flatMap(([name, content]) =>
    content === null ? [] : [{ name, content }]
  );
  try {
    for (const { name, content } of kept) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      faultPoint("results: write");
      await Deno.writeFile(temporary(name), bytes);
      await syncTree(temporary(name));
    }
    for (const { name } of kept) {
      faultPoint("results: rename");
      await renameDurably(temporary(name), `${dir}/${name}`);
      faultPoint("results: renamed");
    }
  } catch (error) {
    for (const { name } of kept) await removeIfThere(temporary(name));
    throw error;
  }
  for (const name of Object.keys(files)) {
    if (files[name] === null) await removeIfThere(`${dir}/${name}`);
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
