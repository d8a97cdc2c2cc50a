/** @file Reading text files, and writing files and folders whole or not at all. */
import { basename, dirname, resolve } from "node:path";
import { InputError } from "./errors.ts";
import { faultPoint } from "./fault_point.ts";

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
 * Names in a folder, sorted; none where there is no such folder.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await namesIn("no/such/folder"), []);
 * ```
 */
export async function namesIn(dir: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(dir), ({ name }) => name)).sort();
  } catch (error) {
    const { NotFound, NotADirectory } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotADirectory) return [];
    throw error;
  }
}

/**
 * Brings a file, or a folder with all that is in it, to the disk: what is renamed before that may be empty after a power cut.
 *
 * @example
 * ```ts
 * const dir = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${dir}/note.txt`, "kept");
 * await syncTree(dir);
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function syncTree(path: string): Promise<void> {
  const { isDirectory, isSymlink } = await Deno.lstat(path);
  if (isSymlink) return;
  if (isDirectory) {
    for (const name of await namesIn(path)) await syncTree(`${path}/${name}`);
    return await syncFolder(path);
  }
  using file = await Deno.open(path, { read: true, write: true });
  await file.sync();
}

/** Brings a folder's list of names to the disk. */
async function syncFolder(path: string): Promise<void> {
  // Windows has no such thing: it journals names itself.
  if (Deno.build.os === "windows") return;
  using folder = await Deno.open(path);
  await folder.sync();
}

/**
 * Renames a file or a folder, on the disk too when this returns.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${dir}/a`, "kept");
 * await renameDurably(`${dir}/a`, `${dir}/b`);
 * assertEquals(await Deno.readTextFile(`${dir}/b`), "kept");
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function renameDurably(from: string, to: string): Promise<void> {
  await Deno.rename(from, to);
  await syncFolder(dirname(resolve(to)));
}

/**
 * Writes a file whole or not at all: what is at `path` is either what was there before or all of the new content, whenever the
 * process or the machine stops.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * await writeWhole(`${dir}/note.txt`, "whole");
 * assertEquals(await Deno.readTextFile(`${dir}/note.txt`), "whole");
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function writeWhole(path: string, content: string): Promise<void> {
  await replaceWhole(path, (temporary) => Deno.writeTextFile(temporary, content));
}

/**
 * Makes a file or a folder under a temporary name beside `path`, brings it to the disk and renames it when it is whole, so that no
 * reader ever sees half of it. A file already at `path` is replaced; a folder there is moved aside first and deleted last, so that a
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
  const name = basename(path);
  const temporary = `${path}.${unique}.tmp`;
  const aside = `${path}.${unique}.old.tmp`;
  let moved = false;
  try {
    faultPoint(`${name}: write`);
    await make(temporary);
    await syncTree(temporary);
    faultPoint(`${name}: rename`);
    if ((await Deno.lstat(path).catch(() => null))?.isDirectory) {
      await Deno.rename(path, aside);
      moved = true;
    }
    await renameDurably(temporary, path);
    faultPoint(`${name}: written`);
  } catch (error) {
    if (moved) await Deno.rename(aside, path);
    await Deno.remove(temporary, { recursive: true }).catch(() => {});
    throw error;
  }
  if (moved) await Deno.remove(aside, { recursive: true });
}
