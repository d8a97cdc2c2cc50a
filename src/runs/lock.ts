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

/** How often a lock is tried that another process has, in milliseconds. */
const LOOK_MS = 20;

/**
 * Takes a lock that others hold for moments only: waits for it.
 *
 * @param seconds How long at most.
 * @throws {Error} where another process keeps it for longer.
 *
 * @example
 * ```ts
 * const folder = await Deno.makeTempDir();
 * using _lock = await waitForLock(folder, "plans");
 * ```
 */
export async function waitForLock(folder: string, id: string, seconds = 60): Promise<StageLock> {
  const end = performance.now() + 1000 * seconds;
  for (;;) {
    const lock = await lockStage(folder, id);
    if (lock) return lock;
    if (performance.now() > end) {
      throw new Error(`${folder}/${id}.lock: another process has held it for ${seconds} s`);
    }
    await new Promise((r) => setTimeout(r, LOOK_MS));
  }
}
