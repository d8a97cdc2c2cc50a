/** @file Fields that several mappings have in common. */
import { z } from "zod";

/**
 * A text, or a number that stands for one, as ids and answers are often stored.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const textOrNumber: z.ZodUnion<[z.ZodString, z.ZodNumber]> = z.union(
  [z.string(), z.number()],
  { error: "expected a string or a number" },
);

/**
 * Such a field as text; null where a row has none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([textOf(7), textOf(undefined)], ["7", null]);
 * ```
 */
export function textOf(value: string | number | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
