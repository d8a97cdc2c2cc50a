/** @file How problems in natural language with numbered solutions are written, continued and checked. */
import { numberedPromptOf } from "../../data/numbered_prompt.ts";
import { BUILT_IN_PROMPTS, type Prompts } from "../../data/prompts/prompts.ts";
import { renderSteps } from "../../data/render_steps.ts";
import type { TaskFormat } from "../task.ts";

/**
 * A step ends with the completion; any text is an action; the final answer is judged by `verifyAnswer`.
 *
 * @param prompts How the problems are asked.
 * @param rounded Whether a number is right that rounds to an expected decimal.
 */
export function numberedFormatOf(prompts: Prompts, rounded: boolean = false): TaskFormat {
  return {
    system: prompts.system,
    prompt: numberedPromptOf(prompts),
    question: prompts.question,
    stepStop: [],
    action: null,
    outline: ({ steps }) => renderSteps(steps),
    verifier: import.meta.resolve(rounded ? "./verify_rounded.ts" : "./verify.ts"),
  };
}

/** {@link numberedFormatOf} the built-in prompts. */
export const numberedFormat: TaskFormat = numberedFormatOf(BUILT_IN_PROMPTS);
