/** @file Results folders into bundles and back. */
import { InputError } from "../../errors.ts";
import { nearest } from "../../experiment/nearest.ts";
import { fileReason } from "../../file_reason.ts";
import { packBundle, unpackBundle } from "./bundle.ts";

/** What an import did. */
export interface Imported {
  /** The experiment's name. */
  readonly experiment: string;
  /** Its folder. */
  readonly dir: string;
  /** `same` where exactly these results were there already. */
  readonly change: "new" | "replaced" | "same";
}

/**
 * Packs `<results>/<name>` into a file.
 *
 * @param results Folder of all results.
 * @throws {InputError} where the experiment has no results (with the nearest name that has), and as `packBundle` does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * await Deno.mkdir(`${dir}/a/quickstart`, { recursive: true });
 * await Deno.writeTextFile(`${dir}/a/quickstart/schema.json`, '{"version":1}');
 * await exportResults(`${dir}/a`, "quickstart", `${dir}/quickstart.zip`);
 * const { change } = await importResults(`${dir}/quickstart.zip`, `${dir}/b`);
 * assertEquals(change, "new");
 * assertEquals(await Deno.readTextFile(`${dir}/b/quickstart/schema.json`), '{"version":1}');
 * ```
 */
export async function exportResults(results: string, name: string, file: string): Promise<void> {
  const files = await readFolder(`${results}/${name}`);
  if (files === null) {
    const near = nearest(name, await folders(results));
    const advice = near === undefined ? "" : `; did you mean "${near}"?`;
    throw new InputError(`"${name}": no results of this name in ${results}/${advice}`);
  }
  await writeWhole(file, packBundle({ experiment: name, files }));
}

/**
 * Unpacks a bundle into `<results>/<its experiment>`, after every hash was checked: all of it or nothing.
 *
 * @param options.replace Whether different results of the same name may be replaced. Default false.
 * @throws {InputError} where there are different results of the same name, where the file cannot be read, and as
 * `unpackBundle` does.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => importResults("/nowhere/a.zip", "results"), Error, "cannot be read");
 * ```
 */
export async function importResults(
  file: string,
  results: string,
  options: { readonly replace?: boolean } = {},
): Promise<Imported> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(file);
  } catch (error) {
    throw new InputError(`${file}: cannot be read: ${fileReason(error)}`);
  }
  const { experiment, files } = unpackBundle(bytes, file);
  const dir = `${results}/${experiment}`;
  const old = await readFolder(dir);
  if (old !== null && same(old, files)) return { experiment, dir, change: "same" };
  if (old !== null && options.replace !== true) {
    throw new InputError(`${dir}: holds other results; --replace puts those of ${file} there`);
  }
  const aside = `${dir}.tmp-${Deno.pid}`;
  await Deno.mkdir(aside, { recursive: true });
  try {
    for (const [name, content] of Object.entries(files)) {
      await Deno.writeFile(`${aside}/${name}`, content);
    }
    if (old !== null) await Deno.remove(dir, { recursive: true });
    await Deno.rename(aside, dir);
  } catch (error) {
    await Deno.remove(aside, { recursive: true });
    throw error;
  }
  return { experiment, dir, change: old === null ? "new" : "replaced" };
}

/** Contents of a folder's files; null where there is no folder. */
async function readFolder(dir: string): Promise<Record<string, Uint8Array> | null> {
  const files: Record<string, Uint8Array> = {};
  try {
    for await (const { name, isFile } of Deno.readDir(dir)) {
      if (!isFile) throw new InputError(`${dir}/${name}: not a file; results are files only`);
      files[name] = await Deno.readFile(`${dir}/${name}`);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  return files;
}

async function folders(dir: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(dir));
    return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function same(a: Record<string, Uint8Array>, b: Readonly<Record<string, Uint8Array>>): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const [one, other] = [a[name]!, b[name]];
    return other?.length === one.length && one.every((byte, i) => byte === other[i]);
  });
}

async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const aside = `${file}.${Deno.pid}.tmp`;
  try {
    await Deno.writeFile(aside, bytes);
    await Deno.rename(aside, file);
  } catch (error) {
    throw new InputError(`${file}: cannot be written: ${fileReason(error)}`);
  }
}
