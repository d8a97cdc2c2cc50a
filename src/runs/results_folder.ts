/** @file The folder that an experiment's tables and plots go to, which several runs may write to at once. */
import { basename, dirname, resolve } from "node:path";
import { InputError } from "../errors.ts";
import { namesIn } from "../files.ts";
import { fileReason } from "../file_reason.ts";
import { type StageLock, waitForLock } from "./lock.ts";

/**
 * Fails where a folder cannot be made or written into: before anything is trained, and not after.
 *
 * @throws {InputError} naming the folder and why.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * await assertRejects(() => requireWritable(`${file}/results`), Error, "cannot be written into");
 * await Deno.remove(file);
 * ```
 */
export async function requireWritable(dir: string): Promise<void> {
  try {
    // What is not there yet is made when there is something to put into it.
    let there = resolve(dir);
    while (!await exists(there)) there = dirname(there);
    const probe = `${there}/.writable.${crypto.randomUUID()}.tmp`;
    await Deno.writeTextFile(probe, "");
    await Deno.remove(probe);
  } catch (error) {
    throw new InputError(`${dir}: cannot be written into: ${fileReason(error)}`);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * The right to write an experiment's results.
 *
 * @param dir The experiment's folder.
 * @param root Folder of all that runs leave behind.
 */
export async function lockResults(dir: string, root: string): Promise<StageLock> {
  return await waitForLock(`${root}/locks`, `results-${basename(dir)}`);
}

/** Removes temporary files that killed runs left in an experiment's results; parameters as of {@link lockResults}. */
export async function sweepResults(dir: string, root: string): Promise<void> {
  using _lock = await lockResults(dir, root);
  for (const name of await namesIn(dir)) {
    if (name.endsWith(".tmp")) await Deno.remove(`${dir}/${name}`);
  }
}
