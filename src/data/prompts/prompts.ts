/** @file Every prompt that problems in natural language are asked with, and the templates that say how. */
import { InputError } from "../../errors.ts";
import { callsOf, type SolutionSoFar } from "../prompt_format.ts";
import { renderStepsSoFar } from "../render_steps.ts";
import type { ParserDeclaration } from "../steps/parsers.ts";
import type { ExpertStep } from "../trajectory.ts";
import agentQuestion from "./agent/question.md" with { type: "text" };
import agentSentence from "./agent/sentence.md" with { type: "text" };
import agentStep from "./agent/step.md" with { type: "text" };
import agentSteps from "./agent/steps.md" with { type: "text" };
import answer from "./answer.md" with { type: "text" };
import question from "./question.md" with { type: "text" };
import sentence from "./sentence.md" with { type: "text" };
import step from "./step.md" with { type: "text" };
import steps from "./steps.md" with { type: "text" };
import system from "./system.md" with { type: "text" };
import { PromptTemplate, type TemplateSlots } from "./template.ts";

/** What a template is for. */
export type PromptName =
  | "system"
  | "step"
  | "steps"
  | "sentence"
  | "question"
  | "answer";

/** Files to be read instead of the built-in templates; relative to the working directory. */
export type PromptFiles = { readonly [K in PromptName]?: string };

/** The slots of each template. */
export const PROMPT_SLOTS: Readonly<Record<PromptName, TemplateSlots>> = {
  system: { required: [], optional: [] },
  step: { required: ["problem", "steps"], optional: ["number", "form", "next_title"] },
  steps: { required: ["problem", "steps"], optional: ["number", "count", "form", "next_title"] },
  sentence: { required: ["problem", "text"], optional: [] },
  question: { required: ["problem"], optional: [] },
  answer: { required: ["problem"], optional: [] },
};

/** Every {@link PromptName}. */
export const PROMPT_NAMES: readonly PromptName[] = Object.keys(PROMPT_SLOTS) as PromptName[];

/** Who solves the problems: somebody who writes, or an agent that acts on an environment. */
export type PromptAudience = "writer" | "agent";

const WRITER: Readonly<Record<PromptName, string>> = {
  system,
  step,
  steps,
  sentence,
  question,
  answer,
};

/** The text of each built-in template. An agent has no answer to write, and so no template of its own for it. */
export const BUILT_IN_TEXTS: Readonly<
  Record<PromptAudience, Readonly<Record<PromptName, string>>>
> = {
  writer: WRITER,
  agent: {
    ...WRITER,
    step: agentStep,
    steps: agentSteps,
    sentence: agentSentence,
    question: agentQuestion,
  },
};

/**
 * Whom solutions that a parser cuts are of.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([audienceOf("agent"), audienceOf("numbered")], ["agent", "writer"]);
 * ```
 */
export function audienceOf(parser: ParserDeclaration): PromptAudience {
  return parser === "agent" ? "agent" : "writer";
}

/**
 * Writes prompts. Each text but `system` is what the user says, and ends with a newline, behind which a policy without a
 * chat template goes on.
 */
export interface Prompts {
  /** What is said before all else; empty for nothing. */
  readonly system: string;
  /** Asks for the next step; `nextTitle` gives its title away. Throws {@link InputError} for a template without a place for it. */
  step(
    problem: string,
    previousSteps: readonly ExpertStep[],
    nextTitle?: string,
    soFar?: SolutionSoFar,
  ): string;
  /** Asks for the next `count` steps; `nextTitle` gives the title of the first of them away, as in `step`. */
  steps(
    problem: string,
    previousSteps: readonly ExpertStep[],
    count: number,
    nextTitle?: string,
    soFar?: SolutionSoFar,
  ): string;
  /** Asks for the sentence behind `text`. */
  sentence(problem: string, text: string): string;
  /** Asks for a whole solution. */
  question(problem: string): string;
  /** Asks for the answer alone. */
  answer(problem: string): string;
}

/**
 * Prompts by some templates.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { PromptTemplate } from "./template.ts";
 *
 * const own = new PromptTemplate("{{problem}} = ?", "mine.md", PROMPT_SLOTS.answer);
 * const prompts = promptsOf({ ...builtInTemplates(), answer: own });
 * assertEquals(prompts.answer("1 + 1"), "1 + 1 = ?\n");
 * ```
 */
export function promptsOf(templates: Readonly<Record<PromptName, PromptTemplate>>): Prompts {
  const fill = (name: PromptName, values: Record<string, string>) =>
    `${templates[name].fill(values)}\n`;
  const next = (
    name: "step" | "steps",
    problem: string,
    previousSteps: readonly ExpertStep[],
    count: number,
    nextTitle: string,
    { omitted, titled, calls }: SolutionSoFar,
  ) => {
    const { file, slots } = templates[name];
    if (nextTitle !== "" && !slots.has("next_title")) {
      throw new InputError(
        `${file}: expected the slot {{next_title}}, since prompts give the next step's title`,
      );
    }
    return fill(name, {
      problem,
      steps: renderStepsSoFar(previousSteps, omitted),
      number: `${omitted + previousSteps.length + 1}`,
      count: `${count}`,
      // Of several steps, those behind the first have a title to be written all the same.
      form: calls ? CALL : titled && (nextTitle === "" || count > 1) ? TITLED : "",
      next_title: nextTitle,
    });
  };
  return {
    system: templates.system.fill({}),
    step: (problem, previousSteps, nextTitle = "", soFar = soFarOf(previousSteps)) =>
      next("step", problem, previousSteps, 1, nextTitle, soFar),
    steps: (problem, previousSteps, count, nextTitle = "", soFar = soFarOf(previousSteps)) =>
      next("steps", problem, previousSteps, count, nextTitle, soFar),
    sentence: (problem, text) => fill("sentence", { problem, text }),
    question: (problem) => fill("question", { problem }),
    answer: (problem) => fill("answer", { problem }),
  };
}

/** The built-in templates. */
export function builtInTemplates(
  audience: PromptAudience = "writer",
): Record<PromptName, PromptTemplate> {
  const texts = BUILT_IN_TEXTS[audience];
  const made = PROMPT_NAMES.map((name) =>
    [name, new PromptTemplate(texts[name], `${name}.md`, PROMPT_SLOTS[name])] as const
  );
  return Object.fromEntries(made) as Record<PromptName, PromptTemplate>;
}

/**
 * Prompts by the built-in templates.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * assertStringIncludes(BUILT_IN_PROMPTS.sentence("1 + 1?", "One and one"), "Solution so far:\nOne and one\n");
 * ```
 */
export const BUILT_IN_PROMPTS: Prompts = promptsOf(builtInTemplates());

/**
 * The same for an agent: its actions are what an environment is told to do.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * assertStringIncludes(AGENT_PROMPTS.step("Mend it.", [{ action: "ls" }]), "Actions so far:\n1. ls\n");
 * ```
 */
export const AGENT_PROMPTS: Prompts = promptsOf(builtInTemplates("agent"));

/** What a call of a function looks like. */
const CALL = "a function call: <function=name>, then <parameter=key>value</parameter> for each " +
  "argument on a line of its own, then </function>";

/** What a step with a title looks like. */
const TITLED = "a short title in **bold**, then its reasoning";

/** What the steps so far say of themselves, where all of them are given: a first step may have a title. */
function soFarOf(previousSteps: readonly ExpertStep[]): SolutionSoFar {
  const titled = previousSteps.length === 0 || previousSteps.some(({ title }) => title);
  return { omitted: 0, titled, calls: callsOf(previousSteps) };
}
