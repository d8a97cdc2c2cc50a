import { assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { type LoadOptions, loadTrajectories } from "../../src/data/load_trajectories.ts";
import { openSource } from "../../src/data/sources/open_source.ts";
import { Teacher } from "../../src/data/teacher/teacher.ts";
import { InputError } from "../../src/errors.ts";
import { startFakeTeacher, withFolder } from "./teacher/fake_teacher.ts";

const SOLUTIONS = fileURLToPath(new URL("solutions.jsonl", import.meta.url));

/** The trajectories of a file. */
const load = async (file: string, options?: LoadOptions) =>
  await loadTrajectories(await openSource({ file }), options);

/** Runs a body with a file of these rows. */
async function withRows<T>(rows: unknown[], body: (path: string) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempFile({ suffix: ".jsonl" });
  try {
    await Deno.writeTextFile(path, rows.map((row) => JSON.stringify(row)).join("\n"));
    return await body(path);
  } finally {
    await Deno.remove(path);
  }
}

/** The message that loading these rows ends in, with the path as FILE. */
function messageFor(...rows: unknown[]): Promise<string> {
  return withRows(rows, async (path) => {
    const error = await assertRejects(() => load(path), InputError);
    return error.message.replaceAll(path, "FILE");
  });
}

Deno.test("loadTrajectories() drops rows that hold the output format's tags", async () => {
  const path = await Deno.makeTempFile();
  const solution = "1. **A** a\n2. **B** b";
  const rows = [
    { id: "ok", problem: "x < 3, I think", solution },
    { id: "asks", problem: "What does </think> mean?", solution },
    { id: "does", problem: "p", solution: "1. **A** <think>\n2. **B** b" },
  ];
  await Deno.writeTextFile(path, rows.map((row) => JSON.stringify(row)).join("\n"));
  const { trajectories, ledger } = await load(path);
  assertEquals(trajectories.map(({ id }) => id), ["ok"]);
  assertEquals(ledger.dropped.map(({ id, reason, detail }) => [id, reason, detail]), [
    [
      "asks",
      "reserved-tag",
      "the problem or a step holds </think>, which belongs to the output format",
    ],
    [
      "does",
      "reserved-tag",
      "the problem or a step holds <think>, which belongs to the output format",
    ],
  ]);
  await Deno.remove(path);
});

Deno.test("loadTrajectories() gives trajectories for the rows that parse", async () => {
  const { trajectories, introductions } = await load(SOLUTIONS, { parser: "numbered" });
  assertEquals(trajectories.map(({ id, answer, steps }) => [id, answer, steps.length]), [
    ["halves", "6", 3],
    ["parity", "even", 3],
    ["line-7", "\\text{yes}", 2],
  ]);
  assertEquals(trajectories[0]!.problem, "Solve x/2 = 3.");
  assertEquals(trajectories[0]!.steps[2], {
    action: "**Check:** \\(6/2 = 3\\).\n\nThe final answer is \\(\\boxed{6}\\).",
    title: "Check",
  });
  assertEquals(introductions, 1);
});

Deno.test("loadTrajectories() accounts for every other row with its line and reason", async () => {
  const { ledger } = await load(SOLUTIONS, { parser: "numbered" });
  assertEquals([ledger.source, ledger.rows, ledger.used], [SOLUTIONS, 8, 3]);
  assertEquals(ledger.dropped.map(({ row, id, reason }) => [row, id, reason]), [
    [3, "3", "no-steps"],
    [4, "plain", "untitled-step"],
    [6, "gap", "numbering"],
    [8, "blank", "empty-problem"],
    [9, "single", "too-few-steps"],
  ]);
});

Deno.test("loadTrajectories() keeps untitled steps by default", async () => {
  const { trajectories } = await load(SOLUTIONS);
  const plain = trajectories.find(({ id }) => id === "plain");
  assertEquals([plain?.answer, plain?.steps], ["12", [
    { action: "Add 4 + 4 = 8." },
    { action: "Add 8 + 4 = 12." },
  ]]);
});

Deno.test("loadTrajectories() names line and field when a row is not a solved problem", async () => {
  const good = { problem: "p", solution: "s" };
  assertEquals(
    await messageFor(good, { question: "q", answer: "7" }),
    'FILE:2: field "solution" (or "steps") is missing; the row has "question", "answer"; ' +
      "such rows are problems with an answer alone, as benchmarks have: there are no steps to learn from",
  );
  assertEquals(
    await messageFor({ prompt: "q", solution: "s" }),
    'FILE:1: field "problem" (or "question") is missing; the row has "prompt", "solution"',
  );
  assertEquals(
    await messageFor({ problem: 7, solution: "s" }),
    'FILE:1: field "problem": expected string, found the number 7',
  );
  assertEquals(
    await messageFor({ problem: "p", solution: "s", answer: ["7"] }),
    'FILE:1: field "answer": expected a string or a number, found an array',
  );
});

Deno.test("loadTrajectories() refuses an id that occurs twice", async () => {
  const row = { id: 1, problem: "p", solution: "s" };
  assertEquals(
    await messageFor(row, { ...row, id: "1" }),
    'FILE:2: field "id": "1" is the id of line 1 already',
  );
});

Deno.test("loadTrajectories() takes null for an absent field", async () => {
  const row = {
    id: null,
    problem: null,
    question: "q",
    answer: null,
    solution: "1. **A** x\n2. **B** y",
  };
  const { trajectories } = await withRows([row], (path) => load(path));
  assertEquals(trajectories.map(({ id, problem, answer }) => [id, problem, answer]), [
    ["line-1", "q", ""],
  ]);
});

Deno.test("loadTrajectories() reads a data set by its mapping, with the mapping's parser or another", async () => {
  const row = { question: "q", answer: "How? ** So. Thus.\nWhat? ** 3\n#### 3" };
  const loadRow = async (options: LoadOptions) =>
    (await loadTrajectories(await openSource({ rows: [row] }), options)).trajectories[0]!;
  const socratic = await loadRow({ mapping: "gsm8k-socratic" });
  assertEquals([socratic.answer, socratic.steps.map(({ title }) => title)], ["3", [
    "How?",
    "What?",
  ]]);
  const plain = await loadRow({ mapping: "gsm8k" });
  assertEquals([plain.answer, plain.steps[1]!.action], ["3", "What? ** 3"]);
  const sentences = await loadRow({ mapping: "gsm8k", parser: "sentence" });
  assertEquals(sentences.steps[1]!.action, "** So.");
});

Deno.test("loadTrajectories() keeps reasoning and ready steps, and counts rows that have no task", async () => {
  const steps = [{ action: "a", observation: "o" }, "b"];
  const [generic] = await withRows(
    [{ problem: "p", steps, reasoning: "r" }],
    async (path) => (await load(path)).trajectories,
  );
  assertEquals(generic, {
    id: "line-1",
    problem: "p",
    steps: [{ action: "a", observation: "o" }, { action: "b" }],
    answer: "",
    reasoning: "r",
  });
  const { ledger } = await withRows(
    [{ messages: [], instance_id: "i" }, { messages: "[]" }],
    (path) => load(path, { mapping: "swe-smith" }),
  );
  assertEquals(ledger.dropped.map(({ row, id, reason }) => [row, id, reason]), [
    [1, "i", "no-task"],
    [2, "line-2", "no-task"],
  ]);
});

Deno.test("loadTrajectories() suggests the mapping whose fields match, where none is declared", async () => {
  assertEquals(
    await messageFor({ question: "q", answer: "How? ** So\n#### 3" }),
    'FILE:1: field "solution" (or "steps") is missing; the row has "question", "answer"; ' +
      'mapping "gsm8k-socratic" reads such rows',
  );
  await withRows([{ question: "q" }], async (path) => {
    const error = await assertRejects(
      () => load(path, { mapping: "gsm8k" }),
      InputError,
    );
    assertEquals(error.message, `${path}:1: field "answer" is missing; the row has "question"`);
  });
});

Deno.test("loadTrajectories() names the row that a user's parser fails on, and drops what it refuses", async () => {
  const module = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(
    module,
    'export default (text: string) => { if (text === "bad") throw new Error("no"); ' +
      'return text === "none" ? null : text.split(";"); };',
  );
  try {
    const rows = [{ problem: "p", solution: "a;b" }, { problem: "q", solution: "none" }];
    const { trajectories, ledger } = await withRows(
      rows,
      (path) => load(path, { parser: { module } }),
    );
    assertEquals(trajectories[0]!.steps, [{ action: "a" }, { action: "b" }]);
    assertEquals(ledger.dropped.map(({ row, reason }) => [row, reason]), [[2, "refused"]]);
    await withRows([...rows, { problem: "r", solution: "bad" }], async (path) => {
      const error = await assertRejects(
        () => load(path, { parser: { module } }),
        InputError,
      );
      assertEquals(error.message, `${path}:3: parser ${module}: threw Error: no`);
    });
  } finally {
    await Deno.remove(module);
  }
});

Deno.test("loadTrajectories() has a teacher rewrite texts by the declared parser, and no conversations", async () => {
  await using endpoint = startFakeTeacher(() => "How many? ** 3 + 4 = 7\n#### 7");
  await withFolder(async (cacheDir) => {
    const declared = { baseUrl: endpoint.baseUrl, model: "m", keyVariable: null, concurrency: 1 };
    const read = async (row: unknown, options: LoadOptions) =>
      await loadTrajectories(await openSource({ rows: [row] }), {
        ...options,
        teacher: new Teacher(declared, { cacheDir }),
      });
    const row = { question: "3 + 4?", answer: "The answer is 7." };
    const { trajectories } = await read(row, { mapping: "gsm8k-socratic" });
    assertEquals(trajectories, [{
      id: "line-1",
      problem: "3 + 4?",
      steps: [{ action: "**How many?** 3 + 4 = 7", title: "How many?" }],
      answer: "7",
      rewritten: true,
    }]);
    const { ledger } = await read(row, { mapping: "gsm8k-socratic", parser: "numbered" });
    assertEquals(ledger.dropped.map(({ reason }) => reason), ["teacher-rejected"]);
    assertEquals(endpoint.requests.length, 1);
    const messages = [{ role: "user", content: "Mend it." }, { role: "assistant", content: "No." }];
    const talked = await read({ messages, instance_id: "i" }, { mapping: "swe-smith" });
    assertEquals(talked.ledger.dropped.map(({ reason }) => reason), ["no-action"]);
    assertEquals(endpoint.requests.length, 1);
  });
});

Deno.test("loadTrajectories() drops a solution of more steps than can be trained on, and says how many", async () => {
  const solution = (count: number) =>
    Array.from({ length: count }, (_, i) => `${i + 1}. x`).join("\n");
  const rows = [10_000, 10_001].map((count) => ({
    problem: `${count}?`,
    solution: solution(count),
  }));
  const loaded = await loadTrajectories(await openSource({ rows }), { parser: "plain-numbered" });
  assertEquals(loaded.trajectories.map(({ steps }) => steps.length), [10_000]);
  const [dropped] = loaded.ledger.dropped;
  assertEquals([dropped?.row, dropped?.reason, dropped?.detail], [
    2,
    "too-many-steps",
    "it has 10001 steps; at most 10000 can be trained on",
  ]);
});
