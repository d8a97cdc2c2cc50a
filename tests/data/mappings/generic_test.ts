import { assertEquals, assertThrows } from "@std/assert";
import { genericMapping } from "../../../src/data/mappings/generic.ts";
import { InputError } from "../../../src/errors.ts";

const plain = genericMapping();

Deno.test("genericMapping() reads every field, under its own name or another", () => {
  const row = { id: 1, problem: "p", solution: "s", answer: 6, reasoning: " r " };
  const mapped = {
    ok: true,
    id: "1",
    problem: "p",
    solution: "s",
    answer: "6",
    reasoning: "r",
  } as const;
  assertEquals(plain.map(row, "f:1"), mapped);
  const renamed = genericMapping({
    id: "uid",
    question: "prompt",
    solution: "response",
    answer: "gold",
    reasoning: "trace",
  });
  const other = { uid: 1, prompt: "p", response: "s", gold: 6, trace: "r" };
  assertEquals(renamed.map(other, "f:1"), mapped);
  assertThrows(
    () => renamed.map(row, "f:1"),
    InputError,
    'f:1: field "prompt" is missing; the row has "id"',
  );
});

Deno.test("genericMapping() prefers problem to question, and steps to a solution", () => {
  const steps = [" a ", { action: "b", title: "B", observation: "o", thought: "t" }, ""];
  assertEquals(plain.map({ problem: "p", question: "q", solution: "s", steps }, "f:1"), {
    ok: true,
    id: null,
    problem: "p",
    solution: {
      steps: [{ action: "a" }, { action: "b", title: "B", thought: "t", observation: "o" }],
    },
    answer: null,
  });
  const mapped = genericMapping({ steps: "acts" }).map(
    { question: "q", acts: ["x"], steps: 7 },
    "f:1",
  );
  assertEquals(mapped.ok && mapped.solution, { steps: [{ action: "x" }] });
});

Deno.test("genericMapping() drops rows without text, and names a field that is wrong", () => {
  assertEquals(plain.map({ problem: " ", solution: "s" }, "f:1"), {
    ok: false,
    id: null,
    reason: "empty-problem",
  });
  assertEquals(plain.map({ problem: "p", steps: [""] }, "f:1"), {
    ok: false,
    id: null,
    reason: "empty-solution",
  });
  const cases: [unknown, string][] = [
    [{ problem: "p" }, 'f:1: field "solution" (or "steps") is missing; the row has "problem"'],
    [{ solution: "s" }, 'f:1: field "problem" (or "question") is missing; the row has "solution"'],
    [
      { problem: "p", steps: [7] },
      'f:1: field "steps.0": expected a text, or an object with an action, found the number 7',
    ],
    [{ problem: "p", steps: "a" }, 'f:1: field "steps": expected array, found the string "a"'],
    [7, "f:1: expected an object, found the number 7"],
  ];
  for (const [row, message] of cases) {
    assertThrows(() => plain.map(row, "f:1"), InputError, message);
  }
});
