/** @file The prompt for problems in natural language whose solutions are numbered steps. */
import type { PromptFormat } from "./prompt_format.ts";
import { BUILT_IN_PROMPTS } from "./prompts/prompts.ts";

/**
 * Asks for the next step of a numbered solution, by the built-in template: thoughts in `<think>…</think>` first, then that
 * step alone, without its number, so that the action can be compared with the expert's as it is.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const prompt = numberedPrompt.render("Solve x/2 = 3.", [], "Double both sides");
 * assertStringIncludes(prompt, "Solve x/2 = 3.");
 * assertStringIncludes(prompt, 'Its title is "Double both sides"');
 * ```
 */
export const numberedPrompt: PromptFormat = { render: BUILT_IN_PROMPTS.step };
