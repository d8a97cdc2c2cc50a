/** @file How problems in natural language with numbered solutions are written, continued and checked. */
import { numberedPrompt, renderSteps } from "../../data/numbered_prompt.ts";
import type { TaskFormat } from "../task.ts";
import { verify } from "./verify.ts";

/**
 * A step ends with the completion; any text is an action; the final answer is judged by `verifyAnswer`.
 */
export const numberedFormat: TaskFormat = {
  prompt: numberedPrompt,
  question: (problem) => numberedPrompt.render(problem, [], undefined, { kind: "whole" }),
  stepStop: [],
  action: null,
  outline: ({ steps }) => renderSteps(steps),
  verify: (completion, answer) => verify(answer, completion),
  verifier: import.meta.resolve("./verify.ts"),
};
