/** @file A job's folder as the package that Ray unpacks on the job's node. */
import { type Zippable, zipSync } from "fflate";
import { createHash } from "node:crypto";
import { InputError } from "../../errors.ts";

/** The largest package that Ray's head takes: `DASHBOARD_CLIENT_MAX_SIZE` of Ray 2.60. */
export const PACKAGE_BYTES: number = 100 * 2 ** 20;

/** A package. */
export interface RayPackage {
  /** Its name, which is a hash of its content: the same folder is sent once. */
  readonly name: string;
  /** A ZIP archive. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The earliest time that a ZIP archive can state: an archive depends on names and contents alone. */
const EPOCH = new Date(1980, 0, 1);

/**
 * Packs a folder.
 *
 * @param dir The folder.
 * @param without Names of folders in it, at its top, that stay here.
 * @param more Files besides, by name.
 * @throws {InputError} where it is larger than Ray takes.
 */
export async function packJob(
  dir: string,
  without: readonly string[],
  more: Readonly<Record<string, Uint8Array>> = {},
): Promise<RayPackage> {
  const files: [string, Uint8Array][] = Object.entries(more);
  const add = async (prefix: string) => {
    for await (const { name, isFile, isDirectory } of Deno.readDir(`${dir}/${prefix}`)) {
      const path = `${prefix}${name}`;
      if (isFile) files.push([path, await Deno.readFile(`${dir}/${path}`)]);
      if (isDirectory && !without.includes(path)) await add(`${path}/`);
    }
  };
  await add("");
  const entries = files.toSorted(([a], [b]) => a < b ? -1 : 1)
    .map(([path, bytes]): [string, Zippable[string]] => [path, [bytes, { mtime: EPOCH }]]);
  const bytes = new Uint8Array(zipSync(Object.fromEntries(entries)));
  if (bytes.length >= PACKAGE_BYTES) {
    const mib = Math.ceil(bytes.length / 2 ** 20);
    throw new InputError(
      `${dir}: found a job of ${mib} MiB, packed; expected less than ${
        PACKAGE_BYTES / 2 ** 20
      } MiB, the most that Ray's head takes: ` +
        "less training data, or `--plan --emit DIR` and Ray's own `ray job submit`",
    );
  }
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 32);
  return { name: `_ray_pkg_${hash}.zip`, bytes };
}
