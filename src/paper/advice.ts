/** @file What to write instead of a name that does not exist. */
import { nearest } from "../experiment/nearest.ts";

/** Names that a message shows. */
const SHOWN = 12;

/**
 * `did you mean …?`, or what there is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(advice("mian", ["main", "size"]), 'did you mean "main"?');
 * assertEquals(advice("other", ["main", "size"]), "expected one of main, size");
 * ```
 */
export function advice(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  if (near !== undefined) return `did you mean ${JSON.stringify(near)}?`;
  if (names.length === 0) return "there are none";
  const more = names.length - SHOWN;
  return `expected one of ${names.slice(0, SHOWN).join(", ")}${
    more > 0 ? ` and ${more} more` : ""
  }`;
}
