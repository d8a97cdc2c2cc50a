import { assert, assertEquals, assertRejects } from "@std/assert";
import { Teacher, type TeacherDeclaration } from "../../../src/data/teacher/teacher.ts";
import { InputError } from "../../../src/errors.ts";
import { completion, startFakeTeacher, withFolder } from "./fake_teacher.ts";

const RAW = { problem: "1+1?", solution: "It is 2." };
const declared = (baseUrl: string, changes: Partial<TeacherDeclaration> = {}) => ({
  baseUrl,
  model: "m",
  keyVariable: null,
  concurrency: 2,
  ...changes,
});

/** The message that asking ends in, with the endpoint as URL. */
async function messageFor(
  answer: Parameters<typeof startFakeTeacher>[0],
  changes: Partial<TeacherDeclaration> = {},
  timeout = 10,
): Promise<string> {
  await using endpoint = startFakeTeacher(answer);
  let message = "";
  await withFolder(async (cacheDir) => {
    const teacher = new Teacher(declared(endpoint.baseUrl, changes), {
      cacheDir,
      timeout,
      report: () => {},
    });
    const error = await assertRejects(() => teacher.reply(RAW), InputError);
    message = error.message.replaceAll(endpoint.baseUrl, "URL");
    assertEquals(await Array.fromAsync(Deno.readDir(cacheDir)), [], "nothing is kept of a failure");
  });
  return message;
}

const failing = (status: number, message: string) =>
  Response.json({ error: { message } }, { status, headers: { "retry-after-ms": "1" } });

Deno.test("Teacher asks the declared model, with rules, two examples and the solution", async () => {
  await using endpoint = startFakeTeacher(() => "1. **Add** 2");
  await withFolder(async (cacheDir) => {
    const teacher = new Teacher(declared(endpoint.baseUrl, { model: "big" }), {
      cacheDir,
      report: () => {},
    });
    assertEquals(await teacher.reply(RAW), { text: "1. **Add** 2", finish: "stop" });
    const [{ body, authorization }] = endpoint.requests as [typeof endpoint.requests[0]];
    assertEquals([body.model, body.temperature, authorization], ["big", 0, null]);
    assertEquals(
      body.messages.map(({ role }) => role).join(" "),
      "system user assistant user assistant user",
    );
    assertEquals(body.messages.at(-1)?.content, "Problem:\n\n1+1?\n\nSolution:\n\nIt is 2.");
  });
});

Deno.test("Teacher keeps answers by model, prompt and solution, whole, and asks for the same no second time", async () => {
  await using endpoint = startFakeTeacher((_, count) => `answer ${count}`);
  await withFolder(async (dir) => {
    const cacheDir = `${dir}/made/when/needed`;
    const ask = async (changes: Partial<TeacherDeclaration> = {}, raw = RAW) =>
      (await new Teacher(declared(endpoint.baseUrl, changes), { cacheDir, report: () => {} }).reply(
        raw,
      ))!.text;
    assertEquals(await ask(), "answer 0");
    assertEquals(
      await ask({ concurrency: 7, baseUrl: "http://127.0.0.1:1/elsewhere" }),
      "answer 0",
    );
    assertEquals(await ask({ model: "other" }), "answer 1");
    assertEquals(await ask({}, { ...RAW, solution: "2." }), "answer 2");
    assertEquals(await ask({}, { ...RAW, problem: "one and one?" }), "answer 3");
    assertEquals([await ask(), await ask({ model: "other" })], ["answer 0", "answer 1"]);
    const names = await Array.fromAsync(Deno.readDir(cacheDir), ({ name }) => name);
    assertEquals([names.length, names.every((name) => /^[0-9a-f]{64}\.json$/.test(name))], [
      4,
      true,
    ]);
    for (const name of names) await Deno.writeTextFile(`${cacheDir}/${name}`, "{");
    await assertRejects(() => ask(), InputError, "not JSON; remove it to have it asked for anew");
  });
});

Deno.test("Teacher sends the key of the declared environment variable, and says so where there is none", async () => {
  const variable = "STEPWISE_TEST_TEACHER_KEY";
  await using endpoint = startFakeTeacher(() => "text");
  await withFolder(async (cacheDir) => {
    const teacher = () =>
      new Teacher(declared(endpoint.baseUrl, { keyVariable: variable }), {
        cacheDir,
        report: () => {},
      });
    await assertRejects(
      () => teacher().reply(RAW),
      InputError,
      `data.teacher.keyVariable: the environment variable ${variable} is not set`,
    );
    Deno.env.set(variable, "secret");
    try {
      await teacher().reply(RAW);
    } finally {
      Deno.env.delete(variable);
    }
    assertEquals(endpoint.requests.map(({ authorization }) => authorization), ["Bearer secret"]);
  });
});

Deno.test("Teacher tells once that it asks, and nothing where all answers are kept", async () => {
  await using endpoint = startFakeTeacher(() => "text");
  await withFolder(async (cacheDir) => {
    const told: string[] = [];
    for (const problems of [["a", "b"], ["a", "b"]]) {
      const teacher = new Teacher(declared(endpoint.baseUrl), {
        cacheDir,
        report: (line) => told.push(line),
      });
      await Promise.all(problems.map((problem) => teacher.reply({ ...RAW, problem })));
    }
    assertEquals(told, [`asking m at ${endpoint.baseUrl} to rewrite what does not parse`]);
  });
});

Deno.test("Teacher sends and writes nothing where it may not ask, and gives what is kept", async () => {
  await using endpoint = startFakeTeacher(() => "an answer");
  await withFolder(async (dir) => {
    const ask = (asks: boolean) =>
      new Teacher(declared(endpoint.baseUrl), { cacheDir: `${dir}/made`, asks, report: () => {} })
        .reply(RAW);
    assertEquals(await ask(false), null);
    assertEquals([endpoint.requests, await Array.fromAsync(Deno.readDir(dir))], [[], []]);
    const answer = await ask(true);
    assertEquals([answer?.text, await ask(false), endpoint.requests.length], [
      "an answer",
      answer,
      1,
    ]);
  });
});

Deno.test("Teacher tries again where the endpoint is busy or failing, twice", async () => {
  for (const status of [429, 500, 503]) {
    await using endpoint = startFakeTeacher((_, count) =>
      count < 2 ? failing(status, "busy") : "at last"
    );
    await withFolder(async (cacheDir) => {
      const teacher = new Teacher(declared(endpoint.baseUrl), { cacheDir, report: () => {} });
      const reply = await teacher.reply(RAW);
      assertEquals([reply?.text, endpoint.requests.length], ["at last", 3]);
    });
  }
  let count = 0;
  assertEquals(
    await messageFor(() => (count++, failing(429, "busy"))),
    "data.teacher.baseUrl: URL fails: 429 busy",
  );
  assertEquals(count, 3);
});

Deno.test("Teacher names the field to mend where the endpoint refuses", async () => {
  assertEquals(
    await messageFor(() => failing(401, "who are you?")),
    "data.teacher.keyVariable: URL refuses the key; declare one: 401 who are you?",
  );
  assertEquals(
    await messageFor(() => failing(404, "no model m")),
    'data.teacher.model: found "m", which URL does not have: 404 no model m',
  );
  assertEquals(
    await messageFor(() => failing(400, "too long")),
    "data.teacher.baseUrl: URL fails: 400 too long",
  );
});

Deno.test("Teacher says when an endpoint cannot be reached, does not answer, or answers something else", async () => {
  const refused = await messageFor(() => null, { baseUrl: "http://127.0.0.1:1/v1" });
  assert(refused.startsWith("data.teacher.baseUrl: cannot reach http://127.0.0.1:1/v1: "), refused);
  assertEquals(
    await messageFor(() => null, {}, 0.2),
    "data.teacher.baseUrl: URL does not answer within 0.2 s, asked 3 times",
  );
  const without = "data.teacher.baseUrl: URL answers without a message";
  assertEquals(await messageFor(() => Response.json({})), without);
  assertEquals(await messageFor(() => Response.json({ choices: [] })), without);
  assertEquals(await messageFor(() => completion(null)), without);
  const page = await messageFor(() =>
    new Response("<html>", { headers: { "Content-Type": "text/html" } })
  );
  assertEquals(page, without);
});

Deno.test("Teacher gives up on an answer that begins and never ends", async () => {
  const head = () =>
    new Response(new ReadableStream({ pull: () => new Promise((end) => setTimeout(end, 1500)) }), {
      headers: { "Content-Type": "application/json" },
    });
  assertEquals(
    await messageFor(head, {}, 0.2),
    "data.teacher.baseUrl: URL does not answer within 0.2 s, asked 3 times",
  );
});
