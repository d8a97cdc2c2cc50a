import { assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { loadTrajectories } from "../../src/data/load_trajectories.ts";
import { InputError } from "../../src/errors.ts";

const SOLUTIONS = fileURLToPath(new URL("solutions.jsonl", import.meta.url));

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
    const error = await assertRejects(() => loadTrajectories(path), InputError);
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
  const { trajectories, ledger } = await loadTrajectories(path);
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
  const { trajectories, introductions } = await loadTrajectories(SOLUTIONS);
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
  const { ledger } = await loadTrajectories(SOLUTIONS);
  assertEquals([ledger.source, ledger.rows, ledger.used], [SOLUTIONS, 8, 3]);
  assertEquals(ledger.dropped.map(({ row, id, reason }) => [row, id, reason]), [
    [3, "3", "no-steps"],
    [4, "plain", "untitled-step"],
    [6, "gap", "numbering"],
    [8, "blank", "empty-problem"],
    [9, "single", "too-few-steps"],
  ]);
});

Deno.test("loadTrajectories() keeps untitled steps when titles are optional", async () => {
  const { trajectories } = await loadTrajectories(SOLUTIONS, { titles: "optional" });
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
    'FILE:2: field "solution" is missing; the row has "question", "answer"',
  );
  assertEquals(
    await messageFor({ prompt: "q", solution: "s" }),
    'FILE:1: field "problem" (or "question") is missing',
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
  const { trajectories } = await withRows([row], loadTrajectories);
  assertEquals(trajectories.map(({ id, problem, answer }) => [id, problem, answer]), [
    ["line-1", "q", ""],
  ]);
});
