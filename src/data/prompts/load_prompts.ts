/** @file Prompts by templates from files. */
import { InputError } from "../../errors.ts";
import { fileReason } from "../../file_reason.ts";
import {
  builtInTemplates,
  PROMPT_NAMES,
  PROMPT_SLOTS,
  type PromptAudience,
  type PromptFiles,
  type Prompts,
  promptsOf,
} from "./prompts.ts";
import { PromptTemplate } from "./template.ts";

/**
 * Prompts by the templates in some files; those without a file are the built-in ones. An empty `system` file means that
 * there is no system message.
 *
 * @param audience Whom the built-in ones are for.
 *
 * @throws {InputError} where a file cannot be read, and for what {@link PromptTemplate} refuses.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile({ suffix: ".md" });
 * await Deno.writeTextFile(path, "Solve it.\n\n{{problem}}\n");
 * const prompts = await loadPrompts({ question: path });
 * assertEquals(prompts.question("1 + 1?"), "Solve it.\n\n1 + 1?\n");
 * ```
 */
export async function loadPrompts(
  files: PromptFiles,
  audience: PromptAudience = "writer",
): Promise<Prompts> {
  const templates = builtInTemplates(audience);
  for (const name of PROMPT_NAMES) {
    const path = files[name];
    if (path === undefined) continue;
    let text: string;
    try {
      text = await Deno.readTextFile(path);
    } catch (error) {
      throw new InputError(`prompts.${name}: cannot read ${path}: ${fileReason(error)}`);
    }
    templates[name] = new PromptTemplate(text, path, PROMPT_SLOTS[name]);
  }
  return promptsOf(templates);
}
