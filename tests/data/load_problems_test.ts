import { assertEquals, assertRejects } from "@std/assert";
import { type LoadedProblems, loadProblems } from "../../src/data/load_problems.ts";
import type { LoadOptions } from "../../src/data/load_trajectories.ts";
import { openSource } from "../../src/data/sources/open_source.ts";
import { InputError } from "../../src/errors.ts";

const load = async (
  rows: readonly Record<string, unknown>[],
  options: Pick<LoadOptions, "mapping" | "parser"> = {},
): Promise<LoadedProblems> => await loadProblems(await openSource({ rows }), options);

const answers = ({ problems }: LoadedProblems) => problems.map(({ answer }) => answer);

Deno.test("loadProblems() needs a problem and an answer, under whatever names", async () => {
  const { problems, ledger } = await load([{ uid: "a", prompt: "1 + 2?", gold: 3 }], {
    mapping: { kind: "generic", id: "uid", question: "prompt", answer: "gold" },
  });
  assertEquals(problems, [{ id: "a", problem: "1 + 2?", answer: "3" }]);
  assertEquals([ledger.rows, ledger.used], [1, 1]);
  await assertRejects(
    () => load([{ answer: "3" }]),
    InputError,
    'field "problem" (or "question") is missing; the row has "answer"',
  );
});

Deno.test("loadProblems() finds the answer in the row, in its form's place, or in the last box", async () => {
  const problem = "p";
  assertEquals(
    answers(
      await load([
        { problem, answer: "1", solution: "So \\boxed{2}" },
        { problem, solution: "First \\boxed{2}, then \\boxed{3}" },
        { problem, steps: ["a", "b"], answer: 4 },
        { problem, steps: [], answer: 5 },
      ]),
    ),
    ["1", "3", "4", "5"],
  );
  const gsm8k = await load([{ question: "1 + 2?", answer: "1 + 2 = 3\n#### 3" }], {
    mapping: "gsm8k",
  });
  assertEquals(answers(gsm8k), ["3"]);
  const s1k = await load([{ question: "q", answer: "6" }], { mapping: "s1k" });
  assertEquals(answers(s1k), ["6"]);
});

Deno.test("loadProblems() accounts for every row that it drops", async () => {
  const { problems, ledger } = await load([
    { id: "none", problem: "p", answer: " " },
    { id: "steps", problem: "p", steps: ["a"] },
    { id: "blank", problem: " ", answer: "1" },
    { id: "tag", problem: "What is <think>?", answer: "1" },
    { id: "told", problem: "p", answer: "1", solution: "<think>What nobody reads.</think>" },
  ]);
  assertEquals(problems.map(({ id }) => id), ["told"]);
  assertEquals(ledger.dropped.map(({ row, id, reason }) => [row, id, reason]), [
    [1, "none", "no-answer"],
    [2, "steps", "no-answer"],
    [3, "blank", "empty-problem"],
    [4, "tag", "reserved-tag"],
  ]);
});

Deno.test("loadProblems() refuses an id that occurs twice", async () => {
  const row = { id: "a", problem: "p", answer: "1" };
  await assertRejects(() => load([row, row]), InputError, '"a" is the id of line 1 already');
});
