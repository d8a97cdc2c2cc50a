import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { loadBenchmark, loadTraining } from "../../src/domains/load_tasks.ts";
import { InputError } from "../../src/errors.ts";
import { startFakeTeacher, withFolder } from "../data/teacher/fake_teacher.ts";
import { ASKED, SOLUTIONS } from "../experiment/declarations.ts";

const RELAY = { domain: "relay", tier: "easy", train: 5, validation: 3, seed: 4 } as const;
const FILE = new URL("../data/solutions.jsonl", import.meta.url).pathname;

/** A file of `count` problems in the numbered form, gone after `body`. */
async function withSolutions(count: number, body: (file: string) => Promise<void>): Promise<void> {
  const file = await Deno.makeTempFile({ suffix: ".jsonl" });
  const rows = Array.from({ length: count }, (_, i) => ({
    question: `What is ${i} + 1?`,
    solution: `1. **Add** ${i} + 1.\n2. **Answer** \\boxed{${i + 1}}`,
  }));
  await Deno.writeTextFile(file, rows.map((row) => JSON.stringify(row)).join("\n"));
  try {
    await body(file);
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("loadTraining() generates relay problems to train and to validate on, none of them both", async () => {
  const { train, validation, demonstration, task } = await loadTraining(RELAY);
  assertEquals([train!.length, validation.length, demonstration], [5, 3, null]);
  assertEquals(new Set([...train!, ...validation].map(({ problem }) => problem)).size, 8);
  assertEquals([0, 1, 2, 3, 4].map(task), [...train!]);
  const { tasks } = await loadBenchmark({ domain: "relay", tier: "easy", problems: 4, seed: 4 });
  assert(
    tasks.every(({ problem }) => ![...train!, ...validation].some((t) => t.problem === problem)),
  );
  assertEquals((await loadTraining(RELAY)).train, train);
});

Deno.test("loadTraining() makes endless problems one by one", async () => {
  const { train, task } = await loadTraining({ ...RELAY, train: null });
  assertEquals(train, null);
  assertEquals(new Set([0, 1, 2, 1000].map((i) => task(i).problem)).size, 4);
});

Deno.test("loadTraining() has demonstrations on tier base, and problems to validate on only", async () => {
  const data = { ...RELAY, tier: "base", train: null } as const;
  const { demonstration, validation, task } = await loadTraining(data);
  assert(demonstration!(0).completions.length > 0);
  assertEquals(validation.length, 3);
  assertThrows(() => task(0), InputError, "relay tier base");
});

Deno.test("loadTraining() splits a file's problems by fraction or number", async () => {
  await withSolutions(10, async (file) => {
    for (const [validation, count] of [[0.2, 2], [3, 3], [0, 0]] as const) {
      const data = { domain: "file", file, validation, seed: 1, ...SOLUTIONS } as const;
      const tasks = await loadTraining(data);
      assertEquals([tasks.train!.length, tasks.validation.length], [10 - count, count]);
      assert(tasks.validation.every(({ id }) => tasks.train!.every((task) => task.id !== id)));
      assertEquals(tasks.task(10 - count), tasks.train![0]);
      const { budget, solution, answer } = tasks.train![0]!;
      assertEquals([budget, solution], [null, null]);
      assert(/^\d+$/.test(answer));
    }
    await assertRejects(
      () => loadTraining({ domain: "file", file, validation: 10, seed: 1, ...SOLUTIONS }),
      InputError,
      `data.validation: ${file}: 10 problems cannot be held out of 10`,
    );
  });
});

Deno.test("loadTraining() and loadBenchmark() read the same file alike", async () => {
  const { tasks, format } = await loadBenchmark({ domain: "file", ...ASKED, file: FILE });
  const data = { domain: "file", file: FILE, validation: 0, seed: 1, ...SOLUTIONS } as const;
  const training = await loadTraining({ ...data, maxDropped: 1 });
  const asked = new Map(tasks.map((task) => [task.id, task]));
  const answered = training.train!.filter(({ answer }) => answer !== "");
  assert(answered.length > 0);
  for (const { id, problem, answer, budget } of answered) {
    assertEquals(asked.get(id), { id, problem, answer, budget });
  }
  assertEquals(training.format.question("p"), format.question("p"));
  assertEquals(training.format.system, format.system);
});

Deno.test("loadTraining() and loadBenchmark() ask by the templates that they are told", async () => {
  const dir = await Deno.makeTempDir();
  const prompts = { system: `${dir}/s.md`, step: `${dir}/step.md`, question: `${dir}/q.md` };
  await Deno.writeTextFile(prompts.system, "Be brief.");
  await Deno.writeTextFile(prompts.step, "{{problem}}|{{steps}}");
  await Deno.writeTextFile(prompts.question, "Solve {{problem}}");
  const data = {
    domain: "file",
    file: FILE,
    validation: 0,
    seed: 1,
    ...SOLUTIONS,
    maxDropped: 1,
  } as const;
  const training = await loadTraining(data, prompts);
  const benchmark = await loadBenchmark({ domain: "file", file: FILE, ...ASKED }, prompts);
  for (const { format } of [training, benchmark]) {
    assertEquals([format.system, format.question("p")], ["Be brief.", "Solve p\n"]);
    assertEquals(format.prompt.render("p", [{ action: "a" }]), "p|1. a\n");
  }
  // Relay problems have a notation of their own.
  const relay = await loadTraining(RELAY, prompts);
  assertEquals([relay.format.system, relay.format.question("p")], ["", "p\n"]);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("loadBenchmark() leaves out what has no answer, and both say what became of the rows", async () => {
  await withSolutions(3, async (file) => {
    const data = { domain: "file", file, validation: 1, seed: 1, ...SOLUTIONS } as const;
    assertEquals((await loadTraining(data)).note, `${file}: 3 of 3 rows used`);
    const open = { id: "open", question: "Why?", solution: "1. **So** it is.\n2. **Thus** it is." };
    const rows = [open, { question: "How?", solution: "Somehow." }].map((row) =>
      JSON.stringify(row)
    );
    await Deno.writeTextFile(file, `\n${rows.join("\n")}`, { append: true });
    const { train, validation, note } = await loadTraining(data);
    const ids = [...train!, ...validation].map(({ id }) => id).sort();
    assertEquals(ids, ["line-1", "line-2", "line-3", "open"]);
    const { tasks, note: measured } = await loadBenchmark({ domain: "file", ...ASKED, file });
    assertEquals(tasks.map(({ id }) => id), ["line-1", "line-2", "line-3"]);
    const why = `\`deno task data ${file}\` says why`;
    const used = `${file}: 4 of 5 rows used, 1 dropped (no-steps 1)`;
    assertEquals(note, `${used}; 1 without an answer to check; ${why}`);
    const dropped = "2 dropped (no-answer 2)";
    const asWell = `\`deno task data ${file} --benchmark\` says why`;
    assertEquals(measured, `${file}: 3 of 5 rows used, ${dropped}; ${asWell}`);
  });
  assertEquals((await loadTraining(RELAY)).note, null);
});

Deno.test("loadBenchmark() refuses a file in which no problem has an answer", async () => {
  await withSolutions(0, async (file) => {
    const row = { question: "Why?", solution: "1. **So** it is.\n2. **Thus** it is." };
    await Deno.writeTextFile(file, JSON.stringify(row));
    await assertRejects(
      () => loadBenchmark({ domain: "file", ...ASKED, file }),
      InputError,
      `${file}: none of 1 rows can be used; 1 for "no-answer", e.g. row 1: there is no answer`,
    );
  });
});

Deno.test("loadTraining() refuses a file without a usable solution, and one that is not there", async () => {
  const load = (file: string) =>
    loadTraining({ domain: "file", file, validation: 0, seed: 1, ...SOLUTIONS });
  await assertRejects(() => load("no/such.jsonl"), InputError, "no/such.jsonl");
  await withSolutions(0, async (file) => {
    await assertRejects(() => load(file), InputError, file);
    await Deno.writeTextFile(file, JSON.stringify({ question: "a", solution: "No steps." }));
    await assertRejects(
      () => load(file),
      InputError,
      'none of 1 rows can be used; 1 for "no-steps"',
    );
  });
});

const SOLVED = (n: number) => ({
  question: `${n}+1?`,
  solution: `1. **Add** ${n}\n2. **So** \\boxed{${n + 1}}`,
});
const UNSOLVED = { question: "How?", solution: "Somehow: \\boxed{7}" };

/** Training data of these rows. */
const rowsData = (...rows: Record<string, unknown>[]) =>
  ({ domain: "rows", rows, validation: 0, seed: 1, ...SOLUTIONS }) as const;

Deno.test("loadTraining() fails above data.maxDropped, and counts rows up to it", async () => {
  const rows = [SOLVED(1), SOLVED(2), SOLVED(3), UNSOLVED];
  const error = await assertRejects(() => loadTraining(rowsData(...rows)), InputError);
  assertEquals(
    error.message,
    "data.rows: 1 of 4 rows were dropped, at most 20 % may be (data.maxDropped); " +
      '1 for "no-steps", e.g. row 4: no line begins with a step numbered 1',
  );
  const { train, ledger, note } = await loadTraining({ ...rowsData(...rows), maxDropped: 0.25 });
  assertEquals([train!.length, ledger!.rows, ledger!.used], [3, 4, 3]);
  assertEquals(note, "data.rows: 3 of 4 rows used, 1 dropped (no-steps 1)");
});

Deno.test("loadTraining() has data.teacher rewrite what does not parse", async () => {
  await using endpoint = startFakeTeacher(() => "1. **Think** so\n2. **Answer** \\boxed{7}");
  const here = Deno.cwd();
  await withFolder(async (dir) => {
    Deno.chdir(dir);
    try {
      const { baseUrl } = endpoint;
      const teacher = { baseUrl, model: "m", keyVariable: null, concurrency: 1 };
      const { train, note } = await loadTraining({ ...rowsData(SOLVED(1), UNSOLVED), teacher });
      assertEquals(train!.map(({ answer, rewritten }) => [answer, rewritten]), [["2", undefined], [
        "7",
        true,
      ]]);
      assertEquals(note, "data.rows: 2 of 2 rows used; 1 rewritten by the teacher");
      const kept = await Array.fromAsync(Deno.readDir(`${dir}/.stepwise/teacher`));
      assertEquals(kept.length, 1);
    } finally {
      Deno.chdir(here);
    }
  });
});

Deno.test("loadTraining() counts what a teacher would be asked, and says what it made of the rest", async () => {
  await using endpoint = startFakeTeacher(() => "no steps");
  const here = Deno.cwd();
  await withFolder(async (dir) => {
    Deno.chdir(dir);
    try {
      const teacher = {
        ...{ baseUrl: endpoint.baseUrl, model: "big", keyVariable: null, concurrency: 1 },
      };
      const data = { ...rowsData(SOLVED(1), UNSOLVED), maxDropped: 0.5, teacher };
      const plan = await loadTraining({ ...data, maxDropped: 0 }, {}, { asks: false });
      assertEquals([plan.train!.length, endpoint.requests.length], [1, 0]);
      assertEquals(
        plan.note,
        "data.rows: 1 of 2 rows used, 1 dropped (teacher-not-asked 1); " +
          '1 for "teacher-not-asked", e.g. row 2: no line begins with a step numbered 1; ' +
          "a run asks big to rewrite 1 row; a plan sends nothing, and counts without them",
      );
      const none = { ...data, rows: [UNSOLVED] };
      const plansNone = () => loadTraining(none, {}, { asks: false });
      await assertRejects(
        plansNone,
        InputError,
        "none of 1 rows can be used before big has rewritten 1",
      );
      const asked = await loadTraining(data);
      assertEquals(endpoint.requests.length, 1);
      // No other command knows what the teacher wrote.
      assertEquals(
        asked.note,
        "data.rows: 1 of 2 rows used, 1 dropped (teacher-rejected 1); " +
          '1 for "teacher-rejected", e.g. row 2: no line begins with a step numbered 1; ' +
          "the teacher's text: no line begins with a step numbered 1",
      );
    } finally {
      Deno.chdir(here);
    }
  });
});

Deno.test("loadBenchmark() asks for a problem and an answer alone, where training asks for solutions", async () => {
  const rows = [
    { id: 60, problem: "How many?", answer: 204 },
    {
      id: 61,
      problem: "How much?",
      answer: "\\frac{1}{2}",
      solution: "A half, as nobody numbered.",
    },
    { id: 62, problem: "And then?", solution: "It is \\boxed{7}." },
    { id: 63, problem: "Who knows?", answer: null },
  ];
  const { tasks, ledger, note } = await loadBenchmark({ domain: "rows", rows, ...ASKED }, {}, "b");
  assertEquals(tasks, [
    { id: "60", problem: "How many?", answer: "204", budget: null },
    { id: "61", problem: "How much?", answer: "\\frac{1}{2}", budget: null },
    { id: "62", problem: "And then?", answer: "7", budget: null },
  ]);
  assertEquals([ledger!.rows, ledger!.used, ledger!.dropped[0]?.id], [4, 3, "63"]);
  assertEquals(
    note,
    "b.rows: 3 of 4 rows used, 1 dropped (no-answer 1)",
  );
  const data = { domain: "rows", rows, validation: 0, seed: 1, ...SOLUTIONS } as const;
  await assertRejects(() => loadTraining(data), InputError, "there are no steps to learn from");
});

Deno.test("loadBenchmark() reads rows in the experiment file, and names its field", async () => {
  const rows = [SOLVED(1), UNSOLVED];
  const { tasks, ledger } = await loadBenchmark(
    { domain: "rows", rows, ...ASKED },
    {},
    "evaluation.benchmarks.x",
  );
  assertEquals([tasks.length, ledger!.source], [2, "evaluation.benchmarks.x.rows"]);
  await assertRejects(
    () =>
      loadBenchmark(
        { domain: "rows", rows: [{ question: 1 }], ...ASKED },
        {},
        "evaluation.benchmarks.x",
      ),
    InputError,
    'evaluation.benchmarks.x.rows[0]: field "question": expected string, found the number 1',
  );
});

Deno.test("loadTraining() reads rows by the declared mapping and parser, and tells how to look at the rest", async () => {
  const file = await Deno.makeTempFile({ suffix: ".jsonl" });
  try {
    const rows = [
      { question: "1 + 2?", answer: "How much? ** 1 + 2 = 3\n#### 3" },
      { question: "2 + 2?", answer: "Four." },
    ];
    await Deno.writeTextFile(file, rows.map((row) => JSON.stringify(row)).join("\n"));
    const data = {
      domain: "file",
      file,
      validation: 0,
      seed: 1,
      ...SOLUTIONS,
      maxDropped: 0.5,
    } as const;
    const read = { mapping: "gsm8k-socratic", parser: "socratic" } as const;
    const { train, note } = await loadTraining({ ...data, ...read });
    assertEquals(train!.map(({ answer, steps }) => [answer, steps[0]!.title]), [[
      "3",
      "How much?",
    ]]);
    assertEquals(
      note,
      `${file}: 1 of 2 rows used, 1 dropped (no-answer-line 1); \`deno task data ${file} --mapping gsm8k-socratic\` says why`,
    );
    const lines = await loadTraining({ ...data, ...read, parser: "lines" });
    assertEquals(lines.train!.map(({ steps }) => steps[0]!.action), [
      "How much? ** 1 + 2 = 3",
      "Four.",
    ]);
    const { tasks } = await loadBenchmark({ domain: "file", file, ...ASKED, ...read });
    assertEquals(tasks.map(({ answer }) => answer), ["3"]);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("loadTraining() asks by the templates for agents where the parser is theirs", async () => {
  const file = new URL("../data/agent.jsonl", import.meta.url).pathname;
  const agent = {
    domain: "file",
    file,
    validation: 0,
    seed: 1,
    ...SOLUTIONS,
    maxDropped: 1,
    mapping: "swe-smith",
    parser: "agent",
  } as const;
  const { format, train } = await loadTraining(agent);
  const prompt = format.prompt.render(train![0]!.problem, []);
  assert(prompt.includes("Take the next action.") && !prompt.includes("boxed"), prompt);
  const own = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(own, "Do {{problem}} after {{steps}}.");
    const mine = await loadTraining(agent, { step: own });
    assertEquals(mine.format.prompt.render("it", [{ action: "ls" }]), "Do it after 1. ls.\n");
  } finally {
    await Deno.remove(own);
  }
});
