/** @file The two tags of the output format: `<think>` monologue `</think>` action. */

/** Opens the monologue. */
export const THINK_OPEN = "<think>";

/** Closes the monologue; the action is what follows. */
export const THINK_CLOSE = "</think>";

/**
 * The first of the tags that one of some texts holds; null where none does. What a prompt quotes and what a policy is to
 * imitate must hold neither: the tags would mean something there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatTagIn(["x < 3", "a </think> b"]), "</think>");
 * assertEquals(formatTagIn(["I think", "<thinking>"]), null);
 * ```
 */
export function formatTagIn(texts: readonly string[]): string | null {
  return [THINK_OPEN, THINK_CLOSE].find((tag) => texts.some((text) => text.includes(tag))) ?? null;
}
