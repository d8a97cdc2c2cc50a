import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import {
  ChatTemplate,
  type ChatVariables,
  readChatTemplate,
  type TemplateMessage,
} from "../../src/policy/chat_template.ts";

/** What `transformers` renders; `make_chat_templates.py` makes it. */
interface Golden {
  readonly tokens: Record<string, string>;
  readonly chats: readonly TemplateMessage[][];
  readonly cases: readonly {
    readonly template: string;
    readonly variables: ChatVariables;
    readonly chat: number;
    readonly generate: boolean;
    readonly text?: string;
    readonly error?: string;
  }[];
}

const FOLDER = new URL("../golden/", import.meta.url);

async function golden(): Promise<Golden> {
  const file = await Deno.open(new URL("chat_templates.json.gz", FOLDER));
  return await new Response(file.readable.pipeThrough(new DecompressionStream("gzip"))).json();
}

Deno.test("ChatTemplate.render() gives what transformers gives, errors of the template included", async () => {
  const { tokens, chats, cases } = await golden();
  const counts = { text: 0, error: 0 };
  for (const { template: name, variables, chat, generate, text, error } of cases) {
    const file = `chat_templates/${name}.jinja`;
    const source = Deno.readTextFileSync(new URL(file, FOLDER));
    const template = new ChatTemplate(source, file, tokens, variables);
    const render = () => template.render(chats[chat]!, generate);
    if (error === undefined) assertEquals(render(), text, `${name} ${chat}`);
    else assertThrows(render, InputError, `${file}: the chat template cannot be applied`);
    if (error !== undefined) assertThrows(render, InputError, error);
    counts[error === undefined ? "text" : "error"]++;
  }
  assertEquals(counts, { text: 1632, error: 48 });
});

const USER: TemplateMessage[] = [{ role: "user", content: "Hi" }];
const made = (source: string, variables: ChatVariables = {}) =>
  new ChatTemplate(source, "p/chat_template.jinja", {}, variables);

Deno.test("ChatTemplate names the file and the roles when the template refuses them", () => {
  const source =
    "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}";
  assertThrows(
    () => made(source).render([{ role: "system", content: "s" }, ...USER], true),
    InputError,
    "p/chat_template.jinja: the chat template cannot be applied to the roles system, user: no system",
  );
  assertEquals(made(source).render(USER, true), "");
});

Deno.test("ChatTemplate refuses bad syntax", () => {
  for (const source of ["{% if x %}", "{{ x", "{% nonsense %}", "{{ x | }}"]) {
    assertThrows(() => made(source), InputError, "p/chat_template.jinja: not a chat template: ");
  }
});

Deno.test("ChatTemplate sets declared variables, and refuses those that have no effect", () => {
  const source = "{% if enable_thinking %}yes{% else %}no{% endif %}{{ effort }}";
  assertEquals(made(source, { enable_thinking: true }).render(USER, true), "yes");
  assertEquals(made(source, { enable_thinking: false, effort: 3 }).render(USER, true), "no3");
  assertThrows(
    () => made(source, { enable_thinkin: true }),
    InputError,
    "prompts.chat.enable_thinkin: p/chat_template.jinja asks for no such variable; " +
      "did you mean `enable_thinking`?",
  );
  for (const name of ["messages", "bos_token"]) {
    assertThrows(() => made(`{{ ${name} }}`, { [name]: "x" }), InputError, "set already");
  }
});

Deno.test("ChatTemplate gives no date of today, so that a prompt is the same tomorrow", () => {
  const source =
    "{% if strftime_now is defined %}{{ strftime_now('%d') }}{% else %}fixed{% endif %}";
  assertEquals(made(source).render(USER, true), "fixed");
  assertThrows(
    () => made("{{ strftime_now('%d') }}").render(USER, true),
    InputError,
    "cannot be applied",
  );
});

Deno.test("ChatTemplate leaves a message's text as it is, whatever is in it", () => {
  const template = made("{{ messages[0].content }}");
  const hostile = ["{{ 7 * 7 }}{% for %}", "x".repeat(1_000_000), "\ud800", "{".repeat(50_000)];
  for (const content of hostile) {
    assertEquals(template.render([{ role: "user", content }], true), content);
  }
});

const files = (config: object, rest: object = {}) => ({
  "tokenizer.json": "{}",
  "tokenizer_config.json": JSON.stringify(config),
  ...rest,
});
const text = (config: object, rest: object = {}) =>
  readChatTemplate(files(config, rest), "p")!.render(USER, true);

Deno.test("readChatTemplate() takes the file before the field, and the default of several", () => {
  assertEquals(text({ chat_template: "field" }), "field");
  assertEquals(text({ chat_template: "field" }, { "chat_template.jinja": "file" }), "file");
  const list = [{ name: "tool_use", template: "tools" }, { name: "default", template: "plain" }];
  assertEquals(text({ chat_template: list }), "plain");
  assertEquals(readChatTemplate(files({ chat_template: null }), "p"), null);
  assertEquals(readChatTemplate(files({}), "p"), null);
  assertThrows(
    () => text({ chat_template: list.slice(0, 1) }),
    InputError,
    'p/tokenizer_config.json: chat_template: expected one with the name "default", found "tool_use"',
  );
  for (const bad of [7, [], [{ name: "default" }], [null], { default: "x" }]) {
    assertThrows(() => text({ chat_template: bad }), InputError, "expected a template, or a list");
  }
});

Deno.test("readChatTemplate() gives the special tokens, as text or as objects, from either file", () => {
  const chat_template = "{{ bos_token }}{{ eos_token }}{% if pad_token is defined %}pad{% endif %}";
  const config = {
    chat_template,
    bos_token: { content: "<b>" },
    eos_token: "<e>",
    pad_token: null,
  };
  assertEquals(text(config), "<b><e>");
  const map = JSON.stringify({ eos_token: { content: "<other>" }, pad_token: "<p>" });
  assertEquals(text(config, { "special_tokens_map.json": map }), "<b><e>pad");
  assertEquals(text({ chat_template }, { "special_tokens_map.json": map }), "<other>pad");
});

Deno.test("readChatTemplate() refuses variables where there is no template to set them in", () => {
  assertThrows(
    () => readChatTemplate(files({}), "p", { enable_thinking: false }),
    InputError,
    "prompts.chat.enable_thinking: p has no chat template to set it in",
  );
});
