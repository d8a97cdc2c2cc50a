/** @file How the answers to a benchmark's rows are judged, as declared. */
import { z } from "zod";

/** How the answers to a benchmark's rows are judged. */
export interface JudgingOptions {
  /**
   * Whether an answer is right that rounds to the expected decimal: 1.57 for 1.6. Default false, as contests are exact. For
   * computed quantities (Minerva's OCWCourses), whose expected values are themselves rounded.
   */
  readonly rounded?: boolean;
}

/**
 * The shape of {@link JudgingOptions}.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const judgingShape: { readonly rounded: z.ZodDefault<z.ZodBoolean> } = {
  rounded: z.boolean({ error: "expected true or false" }).default(false),
};
