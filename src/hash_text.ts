/** @file The hash of a text. */
import { createHash } from "node:crypto";

/**
 * SHA-256 of a text, in hexadecimal.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(hashText("").slice(0, 8), "e3b0c442");
 * ```
 */
export function hashText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
