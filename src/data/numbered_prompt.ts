/** @file The prompt for problems in natural language whose solutions are numbered steps. */
import type { Asked, PromptFormat } from "./prompt_format.ts";
import { AGENT_PROMPTS, BUILT_IN_PROMPTS, type Prompts } from "./prompts/prompts.ts";
import { renderSteps, renderStepsSoFar } from "./render_steps.ts";
import type { ExpertStep } from "./trajectory.ts";

/**
 * Asks by some templates for what comes next in a numbered solution: thoughts in `<think>…</think>` first, then the action
 * alone. One step is written without its number, so that it can be compared with the expert's as it is; several are numbered
 * items. Or asks for the whole solution, or for the answer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { BUILT_IN_PROMPTS } from "./prompts/prompts.ts";
 *
 * const { render } = numberedPromptOf(BUILT_IN_PROMPTS);
 * assertEquals(render("1 + 1?", [], undefined, { kind: "whole" }), BUILT_IN_PROMPTS.question("1 + 1?"));
 * ```
 */
export function numberedPromptOf(prompts: Prompts): PromptFormat {
  return {
    join: renderSteps,
    render(problem, previousSteps, nextTitle, asked) {
      if (asked === undefined) return prompts.step(problem, previousSteps, nextTitle);
      switch (asked.kind) {
        case "whole":
          return prompts.question(problem);
        case "answer":
          return prompts.answer(problem);
        case "sentence":
          return prompts.sentence(problem, textSoFar(previousSteps, nextTitle, asked));
        case "steps":
          return asked.count === 1
            ? prompts.step(problem, previousSteps, nextTitle, asked)
            : prompts.steps(problem, previousSteps, asked.count, nextTitle, asked);
      }
    },
  };
}

/**
 * {@link numberedPromptOf} the built-in prompts.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const prompt = numberedPrompt.render("Solve x/2 = 3.", [], "Double both sides");
 * assertStringIncludes(prompt, "Solve x/2 = 3.");
 * assertStringIncludes(prompt, 'Its title is "Double both sides"');
 *
 * const three = { kind: "steps", count: 3, omitted: 0, titled: false } as const;
 * assertStringIncludes(numberedPrompt.render("p", [], undefined, three), "by 3 steps");
 * ```
 */
export const numberedPrompt: PromptFormat = numberedPromptOf(BUILT_IN_PROMPTS);

/**
 * {@link numberedPromptOf} the built-in prompts for an agent.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * assertStringIncludes(agentPrompt.render("Mend it.", []), "one function call or one command");
 * ```
 */
export const agentPrompt: PromptFormat = numberedPromptOf(AGENT_PROMPTS);

/** The solution up to the sentence that is asked for; a title that is given away stands at the end. */
function textSoFar(
  previousSteps: readonly ExpertStep[],
  nextTitle: string | undefined,
  { begun, omitted }: Asked & { readonly kind: "sentence" },
): string {
  const title = begun === "" && nextTitle !== undefined ? `**${nextTitle}**` : begun;
  const next = title === "" ? [] : [`${omitted + previousSteps.length + 1}. ${title}`];
  return [renderStepsSoFar(previousSteps, omitted), ...next].filter((text) => text !== "")
    .join("\n\n");
}
