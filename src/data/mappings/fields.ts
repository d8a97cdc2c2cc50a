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
