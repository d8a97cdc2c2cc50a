import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { loadUserParser } from "../../../src/data/steps/user_parser.ts";
import type { StepParser } from "../../../src/data/steps/parser.ts";
import { InputError } from "../../../src/errors.ts";

/** Runs a body with a module of this text. */
async function withModule<T>(text: string, body: (path: string) => Promise<T>): Promise<T> {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${dir}/own.ts`, text);
    return await body(`${dir}/own.ts`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** The parser of a module whose default export is this expression. */
function parserOf(expression: string): Promise<StepParser> {
  return withModule(`export default ${expression};`, loadUserParser);
}

/** The message that loading a module of this text ends in. */
function loadingError(text: string): Promise<string> {
  return withModule(text, async (path) => {
    const error = await assertRejects(() => loadUserParser(path), InputError);
    return error.message.replaceAll(path, "OWN");
  });
}

Deno.test("loadUserParser() takes texts and steps, trimmed", async () => {
  const parser = await parserOf(
    `(text: string) => [" a ", { action: text, title: " T ", thought: "t", observation: "o" }]`,
  );
  assertEquals(parser("x"), {
    ok: true,
    steps: [{ action: "a" }, { action: "x", title: "T", thought: "t", observation: "o" }],
    intro: "",
  });
});

Deno.test("loadUserParser() gives the function a conversation as it is, and drops what it refuses", async () => {
  const parser = await parserOf(
    `(talk: unknown) => Array.isArray(talk) ? talk.map(({ content }) => content) : null`,
  );
  assertEquals(parser([{ role: "user", content: "hi" }]), {
    ok: true,
    steps: [{ action: "hi" }],
    intro: "",
  });
  assertEquals(parser("text"), {
    ok: false,
    reason: "refused",
    text: "the user's parser refused the solution",
  });
});

Deno.test("loadUserParser() says what a function threw or returned instead of steps", async () => {
  const cases: [string, string][] = [
    [`() => { throw new TypeError("no luck"); }`, "threw TypeError: no luck"],
    [`() => undefined`, "expected a list of steps, or null, found nothing"],
    [`() => "a"`, "expected a list of steps, or null, found string"],
    [`() => []`, "expected at least one step, or null for a solution without steps"],
    [
      `async () => ["a"]`,
      "expected a list of steps, found a promise: the function must not be async",
    ],
    [`() => ["a", " "]`, 'field "1": expected some text, found the string " "'],
    [`() => [{ action: 7 }]`, 'field "0": expected a text, or an object'],
    [`() => [{ acton: "a" }]`, 'field "0": expected a text, or an object'],
  ];
  for (const [expression, message] of cases) {
    const parser = await parserOf(expression);
    assertThrows(() => parser("x"), InputError, message);
  }
});

Deno.test("loadUserParser() says what is wrong with the module", async () => {
  assertEquals(
    await loadingError("export const parse = 1;"),
    "parser OWN: expected a function as default export, found exports parse",
  );
  assertEquals(
    await loadingError("export default 7;"),
    "parser OWN: expected a function as default export, found number",
  );
  assertEquals(
    (await loadingError("throw new Error('boom');")).startsWith(
      "parser OWN: cannot be loaded: boom",
    ),
    true,
  );
  await assertRejects(
    () => loadUserParser("none.ts"),
    InputError,
    "parser none.ts: cannot be read: there is no such file",
  );
});
