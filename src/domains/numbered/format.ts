/** @file How problems in natural language with numbered solutions are written, continued and checked. */
import { lastBoxed } from "../../data/answer_extraction.ts";
import { numberedPrompt, renderSteps } from "../../data/numbered_prompt.ts";
import type { TaskFormat } from "../task.ts";

/**
 * A step ends with the completion; any text is an action; the answer is what stands in the last `\boxed{}`, and is right
 * when it is the expected one but for white space. Where no answer is known, none is right.
 */
export const numberedFormat: TaskFormat = {
  prompt: numberedPrompt,
  question: (problem) => numberedPrompt.render(problem, [], undefined, { kind: "whole" }),
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
