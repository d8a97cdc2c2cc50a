/** @file The right to make a stage, held by at most one process. */

/** A held lock; disposing gives it back. */
export interface StageLock extends Disposable {
  /** Gives it back. */
  [Symbol.dispose](): void;
}

/**
 * Takes the lock of a stage; null while another process has it. It is the operating system's lock on a file: it ends with the
 * process that holds it, however that ends, so that no stale lock can stop a later run. The file stays, because removing it
 * while another process waits for it would let two in.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const held = await lockStage(folder, "a");
 * assertEquals(await lockStage(folder, "a"), null);
 * held?.[Symbol.dispose]();
 * using again = await lockStage(folder, "a");
 * assertEquals(again !== null, true);
 * ```
 */
export async function lockStage(folder: string, id: string): Promise<StageLock | null> {
  await Deno.mkdir(folder, { recursive: true });
  const file = await Deno.open(`${folder}/${id}.lock`, { create: true, write: true });
  if (await file.tryLock(true)) return { [Symbol.dispose]: () => file.close() };
  file.close();
  return null;
}
