/** @file How problems in natural language with numbered solutions are written, continued and checked. */
import { numberedPrompt, renderSteps } from "../../data/numbered_prompt.ts";
import type { TaskFormat } from "../task.ts";
import { verify } from "./verify.ts";

/**
 * A step ends with the completion; any text is an action; the final answer is judged by `verifyAnswer`.
 */
export const numberedFormat: TaskFormat = {
  prompt: numberedPrompt,
  question: (problem) =>
    [
      "Solve the problem below in numbered steps. Before each step think it through between <think> and </think>. " +
      "Put the final answer in \\boxed{}.",
      `Problem:\n${problem.trim()}`,
      "",
    ].join("\n\n"),
  stepStop: [],
  action: null,
  outline: ({ steps }) => renderSteps(steps),
  verify: (completion, answer) => verify(answer, completion),
  verifier: import.meta.resolve("./verify.ts"),
};
