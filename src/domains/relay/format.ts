/** @file How relay problems are written, continued and checked. */
import type { TaskFormat } from "../task.ts";
import { ASKED, LETTERS } from "./problem.ts";

/** Every character of a relay problem or solution. */
export const RELAY_ALPHABET = `${LETTERS}0123456789=+;?#^:\n`;

/**
 * A prompt is the problem and the actions so far, a line each; an action is a whole assignment or a whole answer, so that
 * a part of one earns nothing; a completion's answer is what it ends with.
 */
export const relayFormat: TaskFormat = {
  system: "",
  prompt: {
    // The same whatever is asked for: a policy goes on as far as it is let, be it a line or the whole solution.
    // A title that is given away is asked for as the problem asks for its variables.
    render: (problem, steps, title) =>
      [
        problem,
        ...steps.map(({ action }) => action),
        ...title === undefined ? [] : [`?${title}`],
        "",
      ].join("\n"),
  },
  question: (problem) => `${problem}\n`,
  stepStop: ["\n"],
  action: new RegExp(`[${LETTERS}]=\\d|#\\d{${ASKED}}`),
  outline: ({ steps }) => steps.map(({ action }) => action).join("\n"),
  verifier: import.meta.resolve("./verify.ts"),
};
