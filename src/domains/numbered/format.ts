/** @file How problems in natural language with numbered solutions are written, continued and checked. */
import { lastBoxed } from "../../data/answer_extraction.ts";
import { BUILT_IN_PROMPTS, type Prompts } from "../../data/prompts/prompts.ts";
import { renderSteps } from "../../data/render_steps.ts";
import type { TaskFormat } from "../task.ts";

/**
 * A step ends with the completion; any text is an action; the answer is what stands in the last `\boxed{}`, and is right
 * when it is the expected one but for white space. Where no answer is known, none is right.
 *
 * @param prompts How the problems are asked.
 */
export function numberedFormatOf(prompts: Prompts): TaskFormat {
  return {
    system: prompts.system,
    prompt: { render: prompts.step },
    question: prompts.question,
    stepStop: [],
    action: null,
    outline: ({ steps }) => renderSteps(steps),
    verify(completion, answer) {
      const extracted = lastBoxed(completion);
      const plain = (text: string) => text.replaceAll(/\s+/g, "");
      const known = plain(answer) !== "";
      return {
        correct: known && extracted !== null && plain(extracted) === plain(answer),
        extracted,
      };
    },
  };
}

/** {@link numberedFormatOf} the built-in prompts. */
export const numberedFormat: TaskFormat = numberedFormatOf(BUILT_IN_PROMPTS);
