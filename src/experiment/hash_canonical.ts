/** @file The hash of a value, whatever the order of its keys. */
import { hashText } from "../hash_text.ts";
import { canonical } from "./canonical.ts";

/**
 * SHA-256 of a value's {@link canonical} text, in hexadecimal.
 *
 * @throws {TypeError} as {@link canonical}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(hashCanonical({ a: 1, b: 2 }), hashCanonical({ b: 2, a: 1 }));
 * ```
 */
export function hashCanonical(value: unknown): string {
  return hashText(canonical(value));
}
