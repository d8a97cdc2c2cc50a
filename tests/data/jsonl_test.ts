import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { z } from "zod";
import { readJsonl } from "../../src/data/jsonl.ts";
import { InputError } from "../../src/errors.ts";

const schema = z.object({ question: z.string(), answer: z.number().optional() });

/** Runs a body with a file of this content. */
async function withFile<T>(
  content: string | Uint8Array,
  body: (path: string) => Promise<T>,
): Promise<T> {
  const path = await Deno.makeTempFile({ suffix: ".jsonl" });
  try {
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    else await Deno.writeFile(path, content);
    return await body(path);
  } finally {
    await Deno.remove(path);
  }
}

/** All rows of a file of this content. */
function rowsOf(content: string) {
  return withFile(content, (path) => Array.fromAsync(readJsonl(path, schema)));
}

/** The message of the InputError that reading ends in, with the path as FILE. */
async function messageOf(path: string): Promise<string> {
  const error = await assertRejects(() => Array.fromAsync(readJsonl(path, schema)), InputError);
  return error.message.replaceAll(path, "FILE");
}

function messageFor(content: string | Uint8Array): Promise<string> {
  return withFile(content, messageOf);
}

Deno.test("readJsonl() yields rows with their lines when some lines are blank", async () => {
  const rows = await rowsOf('\ufeff{"question":"a"}\r\n\r\n  \n{"question":"b","answer":2}');
  assertEquals(rows, [
    { line: 1, value: { question: "a" } },
    { line: 4, value: { question: "b", answer: 2 } },
  ]);
});

Deno.test("readJsonl() keeps rows and characters whole when they cross the chunks that are read", async () => {
  const questions = ["é𝟙".repeat(20_000), "x", "中\u2028文\u0085".repeat(30_000)];
  const rows = await rowsOf(questions.map((question) => JSON.stringify({ question })).join("\n"));
  assertEquals(rows.map(({ value }) => value.question), questions);
});

Deno.test("readJsonl() reads no further than it is asked to", async () => {
  await withFile('{"question":"a"}\nnot JSON\n', async (path) => {
    for await (const { value } of readJsonl(path, schema)) {
      assertEquals(value.question, "a");
      break;
    }
  });
});

Deno.test("readJsonl() names a file that is missing or a folder", async () => {
  assertEquals(await messageOf("missing.jsonl"), "FILE: cannot be read: there is no such file");
  const folder = import.meta.dirname!;
  assertEquals(await messageOf(folder), "FILE: cannot be read: it is a folder");
});

Deno.test("readJsonl() names the line when a line is malformed", async () => {
  assertEquals(
    await messageFor('{"question":"a"}\n{"question":\n'),
    "FILE:2: not valid JSON: Unexpected end of JSON input",
  );
  assertMatch(await messageFor("NaN"), /^FILE:1: not valid JSON: ./);
  assertEquals(
    await messageFor(new Uint8Array([0x22, 0xff, 0x22])),
    "FILE:1: not valid UTF-8",
  );
});

Deno.test("readJsonl() says so when a file has no rows", async () => {
  assertEquals(await messageFor(""), "FILE: the file has no rows; expected at least one");
  assertEquals(await messageFor("\n  \n"), "FILE: the file has no rows; expected at least one");
});

Deno.test("readJsonl() names the field when it is missing or of the wrong type", async () => {
  assertEquals(
    await messageFor('{"prompt":"a","n":1}'),
    'FILE:1: field "question" is missing; the row has "prompt", "n"',
  );
  assertEquals(
    await messageFor("{}"),
    'FILE:1: field "question" is missing; the row has no fields',
  );
  assertEquals(
    await messageFor('{"question":"a"}\n{"question":["a"]}'),
    'FILE:2: field "question": expected string, found an array',
  );
  assertEquals(
    await messageFor('{"question":"a","answer":"7"}'),
    'FILE:1: field "answer": expected number, found the string "7"',
  );
  assertEquals(await messageFor("[1]"), "FILE:1: expected an object, found an array");
  assertEquals(await messageFor("7"), "FILE:1: expected an object, found the number 7");
  assertEquals(await messageFor("null"), "FILE:1: expected an object, found null");
});

Deno.test("readJsonl() keeps control characters and floods of text out of its messages", async () => {
  const message = await messageFor(
    JSON.stringify({ question: "a", answer: "\x1b[31m" + "x".repeat(10_000) }),
  );
  assertEquals(/\p{Cc}/u.test(message), false);
  assertEquals(message.length < 300, true);
});
