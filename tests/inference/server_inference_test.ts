import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { answerAll } from "../../src/inference/answer_all.ts";
import type { InferenceAnswer, InferenceRequest } from "../../src/inference/inference.ts";
import { Journal } from "../../src/inference/journal.ts";
import { ServerInference, type ServerOptions } from "../../src/inference/server_inference.ts";
import {
  type Behaviour,
  delta,
  type FakeServer,
  type FakeServerOptions,
  startFakeServer,
} from "./fake_server.ts";

const request = (id: string, seed = 0): InferenceRequest => ({
  id,
  prompt: { system: "be brief", user: `question ${id}` },
  temperature: 1,
  seed,
  maxTokens: 64,
});

const connect = (server: FakeServer, options: Partial<ServerOptions> = {}) =>
  ServerInference.connect({ baseUrl: server.baseUrl, patience: 5, pause: 0.001, ...options });

async function ask(
  inference: ServerInference,
  requests: readonly InferenceRequest[],
): Promise<InferenceAnswer[]> {
  const answers: InferenceAnswer[] = [];
  await inference.answer(requests, (place, answer) => {
    assertEquals(answers[place], undefined, "each place is taken once");
    answers[place] = answer;
    return Promise.resolve();
  });
  return answers;
}

/** The message that asking ends in, with the address as URL, and how often it was asked. */
async function failure(
  behave: FakeServerOptions["behave"],
  options: Partial<ServerOptions> = {},
): Promise<[string, number]> {
  await using server = await startFakeServer({ behave });
  const inference = await connect(server, options);
  const error = await assertRejects(() => ask(inference, [request("p1")]), InputError);
  return [error.message.replaceAll(server.baseUrl, "URL"), server.asked.length];
}

Deno.test("ServerInference asks with the request's seed, temperature and budget, from the whole distribution", async () => {
  await using server = await startFakeServer({
    behave: ({ seed }) => ({ text: `s${seed}`, tokens: 3, finish: seed === 8 ? "length" : "stop" }),
  });
  const inference = await connect(server);
  assertEquals(await ask(inference, [request("p1", 7), request("p1", 8)]), [
    { text: "s7", tokens: 3, truncated: false },
    { text: "s8", tokens: 3, truncated: true },
  ]);
  const [{ messages, ...body }] = server.asked as [FakeServer["asked"][0]];
  assertEquals(body, {
    model: "m",
    temperature: 1,
    top_p: 1,
    seed: 7,
    max_tokens: 64,
    top_k: -1,
    min_p: 0,
    repetition_penalty: 1,
    stream: true,
    stream_options: { include_usage: true },
  });
  assertEquals(messages, [
    { role: "system", content: "be brief" },
    { role: "user", content: "question p1" },
  ]);
});

Deno.test("ServerInference leaves out an empty system message, a budget that is none and fields that a server may not know", async () => {
  await using server = await startFakeServer({
    models: [{ id: "m", owned_by: "somebody" }],
    behave: () => ({ text: "yes" }),
  });
  const inference = await connect(server);
  const plain = { ...request("p"), prompt: { system: " \n", user: "?" }, maxTokens: null };
  await ask(inference, [plain]);
  const [{ messages, ...body }] = server.asked as [FakeServer["asked"][0]];
  assertEquals(messages, [{ role: "user", content: "?" }]);
  assertEquals(Object.keys(body).sort(), [
    "model",
    "seed",
    "stream",
    "stream_options",
    "temperature",
    "top_p",
  ]);
  assertEquals(inference.plain, false);
});

Deno.test("ServerInference puts a monologue that the server took out back before the content", async () => {
  for (const name of ["reasoning_content", "reasoning"]) {
    await using server = await startFakeServer({
      behave: () => ({
        chunks: [
          delta({ [name]: "carry " }),
          delta({ [name]: "the 1" }),
          delta({ content: "It is 12." }),
          { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
          { choices: [], usage: { completion_tokens: 9 } },
        ],
      }),
    });
    const [answer] = await ask(await connect(server), [request("p")]);
    assertEquals(answer, {
      text: "<think>carry the 1</think>It is 12.",
      tokens: 9,
      truncated: false,
    });
  }
});

Deno.test("ServerInference keeps to its concurrency", async () => {
  for (const concurrency of [1, 3]) {
    await using server = await startFakeServer({
      async behave() {
        await new Promise((done) => setTimeout(done, 10));
        return { text: "yes" };
      },
    });
    const inference = await connect(server, { concurrency });
    await ask(inference, Array.from({ length: 9 }, (_, i) => request(`p${i}`)));
    assertEquals([server.most, server.asked.length], [concurrency, 9]);
  }
});

/** A port that nobody listens on. */
function unusedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

const failing: Readonly<Record<string, Behaviour>> = {
  "drops the connection": "drop",
  "drops it in the midst of an answer": "cut",
  "ends in the midst of an answer": "end",
  "stalls": "stall",
  "falls silent in the midst of an answer": "freeze",
  "answers 429": { status: 429 },
  "answers 503": { status: 503 },
  "answers 500": { status: 500 },
  "fails inside the stream": {
    chunks: [delta({ content: "a" }), { error: { message: "out of memory", code: 500 } }],
  },
  "sends what is no answer": { chunks: [{}] },
  "gives a request up": {
    chunks: [{ choices: [{ index: 0, delta: { content: "a" }, finish_reason: "abort" }] }],
  },
};

for (const [what, behaviour] of Object.entries(failing)) {
  Deno.test(`ServerInference asks again when the server ${what}, and once more only when it was answered`, async () => {
    await using server = await startFakeServer({
      behave: (_, before) => before < 2 ? behaviour : { text: "at last" },
    });
    const told: string[] = [];
    const report = (line: string) => told.push(line);
    const inference = await connect(server, { patience: 0.3, report });
    const [answer] = await ask(inference, [request("p1")]);
    assertEquals([answer?.text, server.asked.length], ["at last", 3]);
    // A connection that is dropped while it was idle is opened anew below us, by fetch.
    assert(told.length === 2 || behaviour === "drop" && told.length === 1, `${told.length}`);
    assert(told.every((line) => /^p1: .+; asking again in \d+\.\d s$/.test(line)), told[0]);
  });
}

Deno.test("ServerInference waits as long as the server says", async () => {
  for (const headers of [{ "retry-after": "1" }, { "retry-after-ms": "1000" }]) {
    await using server = await startFakeServer({
      behave: (_, before) => before === 0 ? { status: 429, headers } : { text: "yes" },
    });
    const inference = await connect(server);
    const since = performance.now();
    await ask(inference, [request("p1")]);
    assert(performance.now() - since >= 990);
  }
});

Deno.test("ServerInference says what a server still does after the last attempt", async () => {
  const tries = { attempts: 3, patience: 0.2 };
  assertEquals(
    await failure(() => ({ status: 503, error: { message: "Loading model" } }), tries),
    ["URL: p1: the server fails, tried 3 times: 503 Loading model", 3],
  );
  assertEquals(await failure(() => "stall", tries), [
    "URL: p1: the server is silent, tried 3 times: nothing came for 0.2 s",
    3,
  ]);
  assertEquals(await failure(() => "end", tries), [
    "URL: p1: the server's answers break off, tried 3 times: the answer ended before it was whole",
    3,
  ]);
});

Deno.test("ServerInference asks once for what will not pass, and names it", async () => {
  const llama = { message: "request (617 tokens) exceeds the available context size (512 tokens)" };
  const vllm = { message: "This model's maximum context length is 512 tokens." };
  const coded = { message: "too long", code: "context_length_exceeded" };
  for (const error of [llama, vllm, coded]) {
    assertEquals(await failure(() => ({ status: 400, error })), [
      `URL: p1 does not fit into the context of m with its budget; ask for fewer tokens: 400 ${error.message}`,
      1,
    ]);
  }
  assertEquals(await failure(() => ({ status: 404, error: { message: "no model m" } })), [
    "URL: does not have this model, or is no endpoint (addresses end in /v1 mostly): 404 no model m",
    1,
  ]);
  assertEquals(await failure(() => ({ status: 401, error: { message: "who?" } })), [
    "URL: refuses the key: 401 who?",
    1,
  ]);
  const quota = { message: "pay", code: "insufficient_quota" };
  assertEquals(await failure(() => ({ status: 429, error: quota })), [
    "URL: refuses a request: 429 pay",
    1,
  ]);
  const [message, asked] = await failure(() => ({
    chunks: [{ choices: [{ index: 0, delta: { content: "a" }, finish_reason: "stop" }] }],
  }));
  assertEquals([message.startsWith("URL: it does not count tokens"), asked], [true, 1]);
});

Deno.test("ServerInference takes chunks with nothing in them for silence, and gives up on an answer without an end", async () => {
  const [silent] = await failure(() => "drip", { attempts: 1, patience: 0.2 });
  assertEquals(silent, "URL: p1: the server is silent, tried 1 time: nothing came for 0.2 s");
  const piece = delta({ content: "x".repeat(2 ** 20) });
  const [endless, asked] = await failure(() => ({
    chunks: Array.from({ length: 17 }, () => piece),
  }));
  assertEquals([endless, asked], [
    "URL: an answer has more than 16777216 characters; ask for fewer tokens",
    1,
  ]);
});

Deno.test("ServerInference asks nothing new after an error, and keeps what was under way", async () => {
  await using server = await startFakeServer({
    async behave({ messages }) {
      const slow = messages[1]!.content === "question slow";
      if (slow) await new Promise((done) => setTimeout(done, 150));
      return slow ? { text: "kept" } : { status: 400, error: { message: "bad" } };
    },
  });
  const inference = await connect(server, { concurrency: 2 });
  const answers: string[] = [];
  const requests = [request("slow"), request("bad"), request("c"), request("d")];
  await assertRejects(
    () =>
      inference.answer(requests, (place, { text }) => {
        answers[place] = text;
        return Promise.resolve();
      }),
    InputError,
    "refuses a request: 400 bad",
  );
  assertEquals([answers, server.asked.length], [["kept"], 2]);
});

Deno.test("ServerInference.connect finds the model, or says what there is", async () => {
  const behave = () => ({ text: "yes" });
  const wrong = async (options: Partial<ServerOptions>, models?: FakeServerOptions["models"]) => {
    await using server = await startFakeServer({
      behave,
      ...models === undefined ? {} : { models },
    });
    const error = await assertRejects(() => connect(server, options), InputError);
    return error.message.replaceAll(server.baseUrl, "URL");
  };
  const two = [{ id: "big" }, { id: "small", aliases: ["little"] }];
  assertEquals(await wrong({}, two), 'URL: it has "big", "small"; name one of them');
  assertEquals(await wrong({}, []), "URL: it has no models; name one of them");
  assertEquals(
    await wrong({ model: "smal" }, two),
    'URL: it has no model "smal", but "big", "small"; did you mean "small"?',
  );
  assertEquals(
    await wrong({}, 404),
    "URL: it does not list its models; name the one that is meant",
  );
  assertEquals(
    await wrong({}, 401),
    "URL: refuses the key; name the variable that has one: 401 no such path",
  );
  assertEquals(
    await wrong({ attempts: 2 }, 503),
    "URL: cannot say which models it has: 503 no such path",
  );
  await using server = await startFakeServer({ behave, models: two });
  assertEquals((await connect(server, { model: "little" })).model, "little");
  await using silent = await startFakeServer({ behave, models: 404 });
  assertEquals((await connect(silent, { model: "any" })).model, "any");
});

Deno.test("ServerInference.connect says at once that nobody is there, or that it is no endpoint", async () => {
  const since = performance.now();
  const error = await assertRejects(
    () => ServerInference.connect({ baseUrl: `http://127.0.0.1:${unusedPort()}/v1` }),
    InputError,
    "/v1: cannot reach the server: ",
  );
  assert(/refused/i.test(error.message), error.message);
  assert(performance.now() - since < 5000);
  await using page = await startFakeServer({ behave: () => ({ text: "" }) });
  await assertRejects(
    () => ServerInference.connect({ baseUrl: page.baseUrl.replace("/v1", "") }),
    InputError,
    "it does not list its models",
  );
  await assertRejects(
    () => ServerInference.connect({ baseUrl: page.baseUrl, keyVariable: "STEPWISE_NO_SUCH_KEY" }),
    InputError,
    "the environment variable STEPWISE_NO_SUCH_KEY is not set",
  );
});

Deno.test("answerAll of a server that fails in every way loses nothing and asks for nothing twice, over crashes too", async () => {
  const behaviours = [...Object.values(failing)];
  const requests = Array.from({ length: 60 }, (_, i) => request(`p${i % 20}`, i));
  let left = 25;
  await using server = await startFakeServer({
    behave({ seed }, before) {
      // Every second request fails once, each in the next way.
      if (before === 0 && seed % 2 === 0) return behaviours[(seed / 2) % behaviours.length]!;
      // A refusal stands for a crash: the run ends, and is begun again.
      if (left-- === 0) return { status: 400, error: { message: "crash" } };
      return { text: `answer to ${seed}` };
    },
  });
  const path = await Deno.makeTempFile();
  try {
    const run = async () => {
      using journal = await Journal.open(path);
      const inference = await connect(server, { patience: 0.4, concurrency: 6 });
      return (await answerAll(inference, requests, journal)).map(({ text }) => text);
    };
    await assertRejects(run, InputError, "crash");
    const first = server.answered.length;
    assert(first >= 25 && first < 60, `${first}`);
    // What a crash in the midst of a write leaves.
    await Deno.writeTextFile(path, '{"key":"abc","text":"half', { append: true });
    const texts = await run();
    assertEquals(texts, requests.map(({ seed }) => `answer to ${seed}`));
    assertEquals(server.answered.length, 60);
    assertEquals(new Set(server.answered.map(({ seed }) => seed)).size, 60);
    const before = server.asked.length;
    assertEquals(await run(), texts);
    assertEquals(server.asked.length, before);
  } finally {
    await Deno.remove(path);
  }
});
