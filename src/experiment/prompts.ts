/** @file How problems from files are put to the policies, as declared: templates, and variables of chat templates. */
import { z } from "zod";
import { PROMPT_NAMES, type PromptFiles, type PromptName } from "../data/prompts/prompts.ts";
import type { ChatVariables } from "../policy/chat_template.ts";
import { strict } from "./problems.ts";

/**
 * What an experiment may say about prompts: files to be read instead of the built-in templates, relative to the working
 * directory, and more.
 */
export interface PromptsDeclaration extends PromptFiles {
  /** Values for variables of the policies' chat templates, e.g. `{ enable_thinking: false }`. Every template must ask for each. */
  readonly chat?: ChatVariables;
}

/** The prompts with every default filled; a template without a file is the built-in one. */
export interface ResolvedPrompts extends PromptFiles {
  /** Values for variables of the policies' chat templates. */
  readonly chat: ChatVariables;
}

const file = z.string({ error: "expected a path" }).min(1, { error: "expected a path" }).optional();
const value = z.union([z.string(), z.number(), z.boolean()], {
  error: "expected true, false, a number or a string",
});

/**
 * Checks and completes the prompts.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const promptsSchema: z.ZodType<ResolvedPrompts> = strict(
  "an object of templates' files, and chat",
  {
    ...Object.fromEntries(PROMPT_NAMES.map((name) => [name, file])) as {
      [K in PromptName]: typeof file;
    },
    chat: z.record(z.string(), value, { error: "expected an object of variables" }).default({}),
  },
).transform(({ chat, ...files }): ResolvedPrompts => {
  // A key that is there without a value is one that is not there.
  const given = Object.entries(files).filter(([, path]) => path !== undefined);
  return { ...Object.fromEntries(given), chat };
});
