/** @file Reading text files, and writing files and folders whole or not at all. */
import { InputError } from "./errors.ts";

/**
 * Reads a text file; null where there is none. Throws {@link InputError} when there is one that cannot be read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await readTextIfPresent("no/such/file"), null);
 * ```
 */
export async function readTextIfPresent(file: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new InputError(`${file}: cannot be read: ${(error as Error).message}`);
  }
}

/**
 * Reads a text file. Throws {@link InputError} when it is missing or cannot be read.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => readText("no/such/file"), Error, "no/such/file: no such file");
 * ```
 */
export async function readText(file: string): Promise<string> {
  const text = await readTextIfPresent(file);
  if (text === null) throw new InputError(`${file}: no such file`);
  return text;
}

/**
 * Makes a file or a folder under a temporary name beside `path` and renames it when it is whole, so that no reader ever
 * sees half of it. A file already at `path` is replaced; a folder there is moved aside first and deleted last, so that a
 * run killed between the two leaves the whole of one of them. What `make` throws is passed on, and nothing is left behind.
 *
 * @param path Where the result goes; its parent folder exists.
 * @param make Creates the file or the folder at the temporary path that it is given.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * await replaceWhole(`${dir}/note.txt`, (temporary) => Deno.writeTextFile(temporary, "whole"));
 * assertEquals(await Deno.readTextFile(`${dir}/note.txt`), "whole");
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function replaceWhole(
  path: string,
  make: (temporary: string) => Promise<void>,
): Promise<void> {
  const unique = crypto.randomUUID();
  const temporary = `${path}.${unique}.tmp`;
  const aside = `${path}.${unique}.old.tmp`;
  let moved = false;
  try {
    await make(temporary);
    if ((await Deno.lstat(path).catch(() => null))?.isDirectory) {
      await Deno.rename(path, aside);
      moved = true;
    }
    await Deno.rename(temporary, path);
  } catch (error) {
    if (moved) await Deno.rename(aside, path);
    await Deno.remove(temporary, { recursive: true }).catch(() => {});
    throw error;
  }
  if (moved) await Deno.remove(aside, { recursive: true });
}
