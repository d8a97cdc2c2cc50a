/** @file A checkpoint's chat template: from messages to the text that the policy continues. */

import { InputError } from "../errors.ts";
import { nearest } from "../experiment/nearest.ts";
import { BoundedTemplate } from "./bounded_jinja.ts";
import { describeJson, type JsonObject, parseJsonObject } from "./files.ts";
import type { TokenizerFiles } from "./tokenizer/tokenizer_files.ts";

/** One turn of a conversation. */
export interface TemplateMessage {
  /** Whose turn it is. */
  readonly role: "system" | "user" | "assistant";
  /** What is said. */
  readonly content: string;
}

/** Values for variables that a template asks for, e.g. `enable_thinking`. */
export type ChatVariables = Readonly<Record<string, string | number | boolean>>;

/** Variables that are set by what is rendered, and not declared. */
const OWN = ["messages", "add_generation_prompt", "tools", "documents"];

/** The keys of `tokenizer_config.json` that `transformers` gives to a template. */
const ROLES = ["bos", "eos", "unk", "sep", "pad", "cls", "mask"].map((role) => `${role}_token`);

/**
 * A chat template with what it is rendered with besides the messages. Renders as `apply_chat_template` of `transformers`
 * does without tools, but for today's date: `strftime_now` is undefined, so that a prompt is the same tomorrow.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const source = "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content | trim }}{% endfor %}" +
 *   "{% if add_generation_prompt %}[assistant]{% endif %}";
 * const template = new ChatTemplate(source, "chat_template.jinja", { bos_token: "<s>" });
 * assertEquals(template.render([{ role: "user", content: " 1+1? " }], true), "<s>[user]1+1?[assistant]");
 * ```
 */
export class ChatTemplate {
  /** What errors name: the file, and the field where it is one of several. */
  readonly file: string;
  readonly #template: BoundedTemplate;
  readonly #shared: Readonly<Record<string, unknown>>;

  /**
   * Parses a template.
   *
   * @param source The template.
   * @param file What errors name.
   * @param tokens Special tokens by role, e.g. `bos_token`.
   * @param variables What the template asks for otherwise.
   * @throws {InputError} for bad syntax, and for a variable that the template does not ask for.
   */
  constructor(
    source: string,
    file: string,
    tokens: Readonly<Record<string, string>> = {},
    variables: ChatVariables = {},
  ) {
    this.file = file;
    try {
      this.#template = new BoundedTemplate(source);
    } catch (error) {
      throw new InputError(`${file}: not a chat template: ${reason(error)}`);
    }
    const { names } = this.#template;
    for (const name of Object.keys(variables)) {
      if (OWN.includes(name) || ROLES.includes(name)) {
        throw new InputError(
          `prompts.chat.${name}: found a variable that is set already; expected one that is not`,
        );
      }
      if (names.has(name)) continue;
      const near = nearest(name, names);
      throw new InputError(
        `prompts.chat.${name}: ${file} asks for no such variable` +
          (near ? `; did you mean \`${near}\`?` : ""),
      );
    }
    this.#shared = { tools: null, documents: null, ...tokens, ...variables };
  }

  /**
   * A conversation as text.
   *
   * @param messages The turns.
   * @param generate Whether the assistant's turn is opened behind them.
   * @throws {InputError} naming the file, for what the template raises (e.g. that it knows no system role) and for a template
   * that does not come to an end.
   */
  render(messages: readonly TemplateMessage[], generate: boolean): string {
    try {
      return this.#template.render({
        ...this.#shared,
        messages,
        add_generation_prompt: generate,
      });
    } catch (error) {
      const roles = messages.map(({ role }) => role).join(", ");
      throw new InputError(
        `${this.file}: the chat template cannot be applied to the roles ${roles}: ${reason(error)}`,
      );
    }
  }
}

/**
 * The chat template among a tokenizer's files; null where there is none. As in `transformers`, `chat_template.jinja` comes
 * before `chat_template` in `tokenizer_config.json`, and of several named ones `default` is taken.
 *
 * @param files The files.
 * @param dir What errors name as their folder.
 * @param variables Values for variables of the template.
 * @throws {InputError} for a field that is malformed, a template with bad syntax, and variables that no template asks for.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const config = { chat_template: "{{ messages[0].content }}{{ eos_token }}", eos_token: { content: "</s>" } };
 * const files = { "tokenizer.json": "{}", "tokenizer_config.json": JSON.stringify(config) };
 * const template = readChatTemplate(files, "policy");
 * assertEquals(template?.render([{ role: "user", content: "Hi" }], true), "Hi</s>");
 * assertEquals(readChatTemplate({ ...files, "tokenizer_config.json": "{}" }, "policy"), null);
 * ```
 */
export function readChatTemplate(
  files: TokenizerFiles,
  dir: string,
  variables: ChatVariables = {},
): ChatTemplate | null {
  const config = parseJsonObject(files["tokenizer_config.json"], `${dir}/tokenizer_config.json`);
  const found = files["chat_template.jinja"] === undefined
    ? fromConfig(config["chat_template"], `${dir}/tokenizer_config.json: chat_template`)
    : { source: files["chat_template.jinja"], file: `${dir}/chat_template.jinja` };
  if (found !== null) {
    return new ChatTemplate(found.source, found.file, roles(config, files, dir), variables);
  }
  const [declared] = Object.keys(variables);
  if (declared === undefined) return null;
  throw new InputError(`prompts.chat.${declared}: ${dir} has no chat template to set it in`);
}

/** The template in `tokenizer_config.json`: a text, or several by name. */
function fromConfig(value: unknown, file: string): { source: string; file: string } | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return { source: value, file };
  const named: unknown[] = Array.isArray(value) ? value : [];
  const fits = (entry: unknown): entry is { name: string; template: string } => {
    const { name, template } = (entry ?? {}) as JsonObject;
    return typeof name === "string" && typeof template === "string";
  };
  if (named.length === 0 || !named.every(fits)) {
    throw new InputError(
      `${file}: expected a template, or a list of { name, template }, found ${describeJson(value)}`,
    );
  }
  const chosen = named.find(({ name }) => name === "default");
  if (chosen) return { source: chosen.template, file: `${file} "default"` };
  const names = named.map(({ name }) => JSON.stringify(name)).join(", ");
  throw new InputError(`${file}: expected one with the name "default", found ${names}`);
}

/** Special tokens by role. */
function roles(config: JsonObject, files: TokenizerFiles, dir: string): Record<string, string> {
  const older = files["special_tokens_map.json"];
  const map = older === undefined ? {} : parseJsonObject(older, `${dir}/special_tokens_map.json`);
  return Object.fromEntries(ROLES.flatMap((role) => {
    const value = config[role] ?? map[role];
    const content = typeof value === "object" && value !== null
      ? (value as JsonObject)["content"]
      : value;
    return typeof content === "string" ? [[role, content]] : [];
  }));
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
