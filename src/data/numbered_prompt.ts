/** @file The prompt for problems in natural language whose solutions are numbered steps. */
import type { Asked, PromptFormat } from "./prompt_format.ts";
import type { ExpertStep } from "./trajectory.ts";

/**
 * Steps as the numbered items that they were parsed from.
 *
 * @param first Number of the first one.
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
export function renderSteps(steps: readonly ExpertStep[], first = 1): string {
  return steps.map(({ action }, at) => `${first + at}. ${action}`).join("\n\n");
}

/**
 * Asks for what comes next in a numbered solution: thoughts in `<think>…</think>` first, then the action alone. One step is written
 * without its number, so that it can be compared with the expert's as it is; several are numbered items. Or asks for the whole
 * solution.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const prompt = numberedPrompt.render("Solve x/2 = 3.", [], "Double both sides");
 * assertStringIncludes(prompt, "Solve x/2 = 3.");
 * assertStringIncludes(prompt, 'step 1, titled "Double both sides"');
 *
 * const three = { kind: "steps", count: 3, omitted: 0, titled: false } as const;
 * assertStringIncludes(numberedPrompt.render("p", [], undefined, three), "Write steps 1 to 3");
 * ```
 */
export const numberedPrompt: PromptFormat = {
  join: renderSteps,
  render(problem, previousSteps, nextTitle, asked = nextStep(previousSteps)) {
    const given = `Problem:\n${problem.trim()}`;
    if (asked.kind === "whole") return [WHOLE, given, ""].join("\n\n");
    const next = asked.omitted + previousSteps.length + 1;
    const begun = asked.kind === "sentence" ? asked.begun : "";
    const soFar = [
      ...asked.omitted > 0 ? [`(${range(1, asked.omitted)} left out)`] : [],
      ...previousSteps.map((step, at) => soFarText(step, asked.omitted + 1 + at)),
      ...begun === "" ? [] : [`${next}. ${begun}`],
    ];
    return [
      `Below are a problem and the first steps of its solution. ${CONTINUE[formOf(asked)]}`,
      `First think it through ${MONOLOGUE[formOf(asked)]} If the ${
        asked.kind === "sentence" ? "sentence" : "step"
      } reaches the final answer, put the answer in \\boxed{}.`,
      given,
      `Steps so far:\n${soFar.length === 0 ? "(none)" : soFar.join("\n\n")}`,
      `${wanted(asked, next, nextTitle)}\n`,
    ].join("\n\n");
  },
};

const WHOLE =
  "Solve the problem below in numbered steps. Before each step think it through between <think> and </think>. " +
  "Put the final answer in \\boxed{}.";

/** What is asked for, as far as the general instructions differ. */
type Form = "step" | "steps" | "sentence";

const CONTINUE: Readonly<Record<Form, string>> = {
  step: "Continue the solution by one step.",
  steps: "Continue the solution by several steps.",
  sentence: "Continue the solution by one sentence.",
};

const MONOLOGUE: Readonly<Record<Form, string>> = {
  step: "between <think> and </think>. After </think> write that one step and " +
    "nothing else: no step number, no later step.",
  steps:
    "between <think> and </think>, again before each step if need be. Outside of the tags write those steps as " +
    "numbered items and nothing else: no later step.",
  sentence: "between <think> and </think>. After </think> write that one sentence and " +
    "nothing else: no step number, no later sentence.",
};

function nextStep(previousSteps: readonly ExpertStep[]): Asked {
  const titled = previousSteps.length === 0 || previousSteps.some(({ title }) => title);
  return { kind: "steps", count: 1, omitted: 0, titled };
}

function formOf(asked: Exclude<Asked, { kind: "whole" }>): Form {
  if (asked.kind === "sentence") return "sentence";
  return asked.count === 1 ? "step" : "steps";
}

function soFarText({ action, observation }: ExpertStep, number: number): string {
  const answered = observation === undefined ? "" : `\n\nObservation:\n${observation}`;
  return `${number}. ${action}${answered}`;
}

function range(first: number, last: number): string {
  return first === last ? `step ${first}` : `steps ${first} to ${last}`;
}

/** The last line: what to write. */
function wanted(
  asked: Exclude<Asked, { kind: "whole" }>,
  next: number,
  nextTitle: string | undefined,
): string {
  if (asked.kind === "sentence") {
    if (asked.begun !== "") return `Write the next sentence of step ${next}.`;
    return nextTitle === undefined
      ? `Write the first sentence of step ${next}${
        asked.titled ? ", behind a short title in **bold**" : ""
      }.`
      : `Write the first sentence of step ${next}, titled "${nextTitle}": not the title again.`;
  }
  const form = asked.titled ? ": a short title in **bold**, then its reasoning" : "";
  if (asked.count > 1) {
    const steps = range(next, next + asked.count - 1);
    return nextTitle === undefined
      ? `Write ${steps}, each with its number${form}.`
      : `Write ${steps}, each with its number${form}; step ${next} is titled "${nextTitle}": not the title again.`;
  }
  return nextTitle === undefined
    ? `Write step ${next}${form}.`
    : `Write step ${next}, titled "${nextTitle}": its reasoning only, not the title again.`;
}
