/** @file A disk without space: whose fault it is, and what to do. */
import { InputError } from "../errors.ts";

/** How an error is named that a stage tells of a full disk. */
export const DISK_FULL = "DiskFull";

/**
 * Whether an error says that nothing more can be written.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isDiskFull(Object.assign(new Error("No space left"), { code: "ENOSPC" })), true);
 * assertEquals(isDiskFull(new Error("the loss is NaN")), false);
 * ```
 */
export function isDiskFull(error: unknown): boolean {
  const { code } = error instanceof Error ? error as Error & { code?: unknown } : {};
  return code === "ENOSPC" || code === "EDQUOT";
}

/** What the user is told. */
export function diskFull(root: string): InputError {
  return new InputError(
    `${root}: no space left on its disk; free some (deno task runs --gc removes what nothing needs) and run again: ` +
      "what was finished or saved is kept",
  );
}
