import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import type { InferenceRequest } from "../../src/inference/inference.ts";
import { Journal, journalKey } from "../../src/inference/journal.ts";

const answer = (text: string) => ({ text, tokens: text.length, truncated: false });

async function withPath(body: (path: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await body(`${dir}/answers.jsonl`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function written(path: string, ...texts: string[]): Promise<void> {
  using journal = await Journal.open(path);
  for (const text of texts) journal.append(`key of ${text}`, answer(text));
}

Deno.test("Journal keeps answers over processes, whatever their text", () =>
  withPath(async (path) => {
    const texts = ["", "a\nb", "\u2028", "\ud800 alone", "x".repeat(1 << 20), "é".repeat(70_000)];
    await written(path, ...texts);
    using journal = await Journal.open(path);
    assertEquals(journal.size, texts.length);
    for (const text of texts) assertEquals(journal.get(`key of ${text}`), answer(text));
    assertEquals(journal.get("another"), undefined);
  }));

Deno.test("Journal has an answer on the disk when append returns", () =>
  withPath(async (path) => {
    using journal = await Journal.open(path);
    journal.append("k", answer("at once"));
    assertEquals(JSON.parse(await Deno.readTextFile(path)), { key: "k", ...answer("at once") });
  }));

Deno.test("Journal cuts a last line off at every byte where a crash may have torn it", () =>
  withPath(async (path) => {
    await written(path, "first", "zweité");
    const whole = await Deno.readFile(path);
    const second = whole.indexOf(10) + 1;
    for (let length = second; length < whole.length; length++) {
      await Deno.writeFile(path, whole.subarray(0, length));
      {
        using journal = await Journal.open(path);
        assertEquals([journal.size, journal.get("key of first")?.text], [1, "first"]);
        journal.append("key of third", answer("third"));
      }
      using again = await Journal.open(path);
      assertEquals([again.size, again.get("key of third")?.text], [2, "third"]);
    }
  }));

Deno.test("Journal cuts off a last line whose bytes never reached the disk", () =>
  withPath(async (path) => {
    await written(path, "first");
    await Deno.writeFile(path, new Uint8Array([0, 0, 0, 10]), { append: true });
    using journal = await Journal.open(path);
    assertEquals(journal.size, 1);
  }));

Deno.test("Journal refuses a file that is something else, and names the line", () =>
  withPath(async (path) => {
    await Deno.writeTextFile(path, '{"problem":"1+1?"}\n{"problem":"2?"}\n');
    await assertRejects(() => Journal.open(path), InputError, `${path}:1: not an answer`);
    assertEquals((await Deno.readTextFile(path)).length, 36, "nothing of it is lost");
    await assertRejects(
      () => Journal.open(`${path}/no/folder`),
      InputError,
      "cannot open the journal",
    );
  }));

Deno.test("Journal belongs to one process at a time", () =>
  withPath(async (path) => {
    {
      using _ = await Journal.open(path);
      await assertRejects(() => Journal.open(path), InputError, "another process is writing");
    }
    using journal = await Journal.open(path);
    assertEquals(journal.size, 0);
  }));

Deno.test("journalKey differs with everything that an answer depends on, and with nothing else", () => {
  const request: InferenceRequest = {
    id: "p1",
    prompt: { system: "s", user: "u" },
    temperature: 1,
    seed: 3,
    maxTokens: 10,
  };
  const key = journalKey({ model: "m" }, request);
  assert(/^[0-9a-f]{64}$/.test(key));
  assertEquals(journalKey({ model: "m" }, { ...request, id: "p2" }), key);
  const others: InferenceRequest[] = [
    { ...request, prompt: { system: "", user: "u" } },
    { ...request, prompt: { system: "s", user: "v" } },
    { ...request, temperature: 0 },
    { ...request, seed: 4 },
    { ...request, maxTokens: null },
  ];
  for (const other of others) assertNotEquals(journalKey({ model: "m" }, other), key);
  assertNotEquals(journalKey({ model: "n" }, request), key);
});
