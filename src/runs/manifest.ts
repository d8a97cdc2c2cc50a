/** @file What a finished stage's files are: sizes and hashes, to notice what the disk did to them. */
import { InputError } from "../errors.ts";
import { writeWhole } from "../files.ts";
import { hashFile } from "../hash_file.ts";

/** Name of the file; a stage is finished when its folder has one. */
export const MANIFEST = "manifest.json";

/** A file of a finished stage. */
interface Entry {
  /** Size in bytes. */
  readonly bytes: number;
  /** SHA-256 of its content. */
  readonly sha256: string;
}

/** Paths of the files below a folder, relative to it, sorted. */
async function filesBelow(dir: string, prefix = ""): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(`${dir}/${prefix}`));
  const found: string[] = [];
  for (const { name, isDirectory } of entries) {
    if (isDirectory) found.push(...await filesBelow(dir, `${prefix}${name}/`));
    else found.push(`${prefix}${name}`);
  }
  return found.sort();
}

/**
 * Writes the manifest of a folder.
 *
 * @param left Files at its top that are no part of the stage.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${dir}/metrics.jsonl`, '{"step":1}');
 * await writeManifest(dir, []);
 * await verifyManifest(dir, "metrics");
 * await Deno.writeTextFile(`${dir}/metrics.jsonl`, '{"step":3}');
 * await assertRejects(() => verifyManifest(dir, "metrics"), Error, "metrics.jsonl: not what was written");
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function writeManifest(dir: string, left: readonly string[]): Promise<void> {
  const files: Record<string, Entry> = {};
  for (const path of await filesBelow(dir)) {
    if (left.includes(path)) continue;
    const { size } = await Deno.stat(`${dir}/${path}`);
    files[path] = { bytes: size, sha256: await hashFile(`${dir}/${path}`, "manifest") };
  }
  await writeWhole(`${dir}/${MANIFEST}`, `${JSON.stringify({ files }, null, 2)}\n`);
}

/**
 * Compares files of a finished stage with its manifest.
 *
 * @param prefix How the paths of the files begin, e.g. `checkpoint/`.
 * @throws {InputError} for a file that is gone or has changed, naming it and what to do.
 */
export async function verifyManifest(dir: string, prefix: string): Promise<void> {
  const remedy = `remove ${dir} to make it anew`;
  let files: Record<string, Entry>;
  try {
    files = JSON.parse(await Deno.readTextFile(`${dir}/${MANIFEST}`)).files;
  } catch (error) {
    throw new InputError(
      `${dir}/${MANIFEST}: cannot be read (${(error as Error).message}); ${remedy}`,
    );
  }
  for (const [path, { bytes, sha256 }] of Object.entries(files)) {
    if (!path.startsWith(prefix)) continue;
    const info = await Deno.stat(`${dir}/${path}`).catch(() => null);
    if (info === null) throw new InputError(`${dir}/${path}: no such file any more; ${remedy}`);
    const found = info.size === bytes ? await hashFile(`${dir}/${path}`, "stage") : null;
    if (found === sha256) continue;
    const how = found === null
      ? `${info.size} bytes, expected ${bytes}`
      : `SHA-256 ${found.slice(0, 12)}…, expected ${sha256.slice(0, 12)}…`;
    throw new InputError(`${dir}/${path}: not what was written: found ${how}; ${remedy}`);
  }
}
