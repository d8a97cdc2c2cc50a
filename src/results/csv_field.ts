/** @file Text as a field of CSV. */

/**
 * RFC 4180: quoted where a comma, a quote or a line's end would be read as structure.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["srl", 'a "b", c'].map(csvField), ["srl", '"a ""b"", c"']);
 * ```
 */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
