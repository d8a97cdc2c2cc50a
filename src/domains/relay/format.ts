/** @file How relay problems are written, continued and checked. */
import type { TaskFormat } from "../task.ts";
import { ASKED, LETTERS } from "./problem.ts";

/** Every character of a relay problem or solution. */
export const RELAY_ALPHABET = `${LETTERS}0123456789=+;?#^:\n`;

const ANSWER = new RegExp(`(?:^|\\n|</think>)#(\\d{${ASKED}})$`);

/**
 * A prompt is the problem and the actions so far, a line each; an action is a whole assignment or a whole answer, so that
 * a part of one earns nothing; a completion's answer is what it ends with.
 */
export const relayFormat: TaskFormat = {
  system: "",
  prompt: {
    render: (problem, steps) => [problem, ...steps.map(({ action }) => action), ""].join("\n"),
  },
  question: (problem) => `${problem}\n`,
  stepStop: ["\n"],
  action: new RegExp(`[${LETTERS}]=\\d|#\\d{${ASKED}}`),
  outline: ({ steps }) => steps.map(({ action }) => action).join("\n"),
  verify(completion, answer) {
    const extracted = ANSWER.exec(completion.trimEnd())?.[1] ?? null;
    return { correct: extracted === answer, extracted };
  },
};
