/** @file The prompt for problems in natural language whose solutions are numbered steps. */
import type { PromptFormat } from "./prompt_format.ts";
import type { ExpertStep } from "./trajectory.ts";

/**
 * Steps as the numbered items that they were parsed from.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   renderSteps([{ action: "**Halve** x/2 = 3", title: "Halve" }, { action: "So x = 6." }]),
 *   "1. **Halve** x/2 = 3\n\n2. So x = 6.",
 * );
 * ```
 */
export function renderSteps(steps: readonly ExpertStep[]): string {
  return steps.map(({ action }, at) => `${at + 1}. ${action}`).join("\n\n");
}

/**
 * Asks for the next step of a numbered solution: thoughts in `<think>…</think>` first, then that step alone, without
 * its number, so that the action can be compared with the expert's as it is.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const prompt = numberedPrompt.render("Solve x/2 = 3.", [], "Double both sides");
 * assertStringIncludes(prompt, "Solve x/2 = 3.");
 * assertStringIncludes(prompt, 'step 1, titled "Double both sides"');
 * ```
 */
export const numberedPrompt: PromptFormat = {
  render(problem, previousSteps, nextTitle) {
    const next = previousSteps.length + 1;
    const titled = previousSteps.length === 0 || previousSteps.some(({ title }) => title);
    const wanted = nextTitle === undefined
      ? `Write step ${next}${titled ? ": a short title in **bold**, then its reasoning" : ""}.`
      : `Write step ${next}, titled "${nextTitle}": its reasoning only, not the title again.`;
    return [
      "Below are a problem and the first steps of its solution. Continue the solution by one step.",
      "First think it through between <think> and </think>. After </think> write that one step and " +
      "nothing else: no step number, no later step. If the step reaches the final answer, put the " +
      "answer in \\boxed{}.",
      `Problem:\n${problem.trim()}`,
      `Steps so far:\n${previousSteps.length === 0 ? "(none)" : renderSteps(previousSteps)}`,
      `${wanted}\n`,
    ].join("\n\n");
  },
};
