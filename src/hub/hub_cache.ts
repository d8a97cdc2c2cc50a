/** @file The user's Hugging Face cache, in the layout that every tool of the Hub shares. */
import { createHash } from "node:crypto";
import { dirname, relative } from "node:path";
import { InputError } from "../errors.ts";
import { readTextIfPresent, replaceWhole } from "../files.ts";
import type { HubFile } from "./hub_client.ts";
import type { HubRepo } from "./hub_repo.ts";

/**
 * The part of the cache that one repository has: contents in `blobs/`, links to them by commit and path in `snapshots/`, what
 * branches stood for in `refs/`, and, of our own, the list of a commit's files in `stepwise/`, without which nobody could
 * know offline whether all files are there. Nothing is under its name before it is whole.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const cache = new HubCache(await Deno.makeTempDir(), { kind: "dataset", name: "openai/gsm8k" });
 * assertEquals(await cache.files("740312add88f781978c0658806c59bc2815b9866"), null);
 * ```
 */
export class HubCache {
  readonly #dir: string;

  /** `root` is the cache's folder, which need not exist. */
  constructor(root: string, { kind, name }: HubRepo) {
    this.#dir = `${root}/${kind}s--${name.replace("/", "--")}`;
  }

  /** Where a commit's file is, or will be. Throws an `InputError` for a path that leads out of the cache. */
  pathOf(commit: string, path: string): string {
    if (path.split(/[/\\]/).includes("..") || /^[/\\]|\\|:/.test(path)) {
      throw new InputError(`${path}: a path that leads out of the repository`);
    }
    return `${this.#dir}/snapshots/${commit}/${path}`;
  }

  /** Whether a commit's file is there. */
  async has(commit: string, path: string): Promise<boolean> {
    return await exists(this.pathOf(commit, path));
  }

  /** The commit's files as the Hub listed them; null where it was never asked. */
  async files(commit: string): Promise<HubFile[] | null> {
    const path = this.#listPath(commit);
    const text = await readTextIfPresent(path);
    if (text === null) return null;
    try {
      return JSON.parse(text);
    } catch {
      throw new InputError(`${path}: not JSON; remove it to have it made anew`);
    }
  }

  /** Keeps what the Hub listed. */
  async keepFiles(commit: string, files: readonly HubFile[]): Promise<void> {
    await writeText(this.#listPath(commit), `${JSON.stringify(files)}\n`);
  }

  /** The commit that a branch or tag stood for when it was last asked; null where it never was. */
  async ref(revision: string): Promise<string | null> {
    return (await readTextIfPresent(this.#refPath(revision)))?.trim() ?? null;
  }

  /** Keeps what a branch or tag stands for. */
  async keepRef(revision: string, commit: string): Promise<void> {
    await writeText(this.#refPath(revision), commit);
  }

  /**
   * Takes a file's content in, unless it has another length or hash than the Hub listed.
   *
   * @throws {InputError} Where it has: begins with `place`. Nothing of it is kept then, nor when the pieces end in an error.
   */
  async keep(
    commit: string,
    file: HubFile,
    pieces: AsyncIterable<Uint8Array>,
    place: string,
  ): Promise<void> {
    const blob = `${this.#dir}/blobs/${file.sha256 ?? file.oid}`;
    if (!await exists(blob)) await writeBlob(blob, file, pieces, place);
    const path = this.pathOf(commit, file.path);
    await Deno.mkdir(dirname(path), { recursive: true });
    await replaceWhole(path, async (temporary) => {
      try {
        await Deno.symlink(relative(dirname(path), blob), temporary);
      } catch {
        await Deno.copyFile(blob, temporary); // Windows without the right to make links.
      }
    });
  }

  #listPath(commit: string): string {
    return `${this.#dir}/stepwise/${commit}.json`;
  }

  #refPath(revision: string): string {
    return `${this.#dir}/refs/${encodeURIComponent(revision).replaceAll("%2F", "/")}`;
  }
}

async function writeBlob(
  blob: string,
  { path, size, oid, sha256 }: HubFile,
  pieces: AsyncIterable<Uint8Array>,
  place: string,
): Promise<void> {
  await Deno.mkdir(dirname(blob), { recursive: true });
  const hash = sha256 === null ? createHash("sha1").update(`blob ${size}\0`) : createHash("sha256");
  await replaceWhole(blob, async (temporary) => {
    let length = 0;
    {
      using file = await Deno.open(temporary, { write: true, createNew: true });
      for await (const piece of pieces) {
        length += piece.length;
        hash.update(piece);
        for (let at = 0; at < piece.length;) at += await file.write(piece.subarray(at));
      }
      await file.syncData();
    }
    if (length !== size) {
      throw new InputError(`${place}: found ${length} of ${size} bytes of ${path}`);
    }
    if (hash.digest("hex") !== (sha256 ?? oid)) {
      throw new InputError(`${place}: the content of ${path} is not what the Hub lists`);
    }
  });
}

async function writeText(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await replaceWhole(path, (temporary) => Deno.writeTextFile(temporary, text));
}

/** Whether there is a file, behind a link too. */
async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
