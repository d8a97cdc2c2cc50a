import { assertEquals, assertThrows } from "@std/assert";
import { olympiadbench } from "../../../src/data/mappings/olympiadbench.ts";
import { InputError } from "../../../src/errors.ts";

Deno.test("olympiadbench takes the first solution and all values of the answer", () => {
  const row = {
    id: 2498,
    question: " Find x. ",
    solution: ["First.", "Second."],
    final_answer: ["1", "\\frac{1}{2}"],
    is_multiple_answer: true,
    image_1: null,
  };
  assertEquals(olympiadbench.map(row, "o"), {
    ok: true,
    id: "2498",
    problem: "Find x.",
    solution: "First.",
    answer: "1, \\frac{1}{2}",
  });
});

Deno.test("olympiadbench needs a solution only where one is learnt from", () => {
  const row = { question: "q", solution: null, final_answer: ["3"] };
  assertEquals(olympiadbench.map(row, "o"), { ok: false, id: null, reason: "empty-solution" });
  const asked = olympiadbench.map(row, "o", "answer");
  assertEquals(asked.ok && asked.answer, "3");
  assertEquals(olympiadbench.map({ ...row, question: " " }, "o", "answer"), {
    ok: false,
    id: null,
    reason: "empty-problem",
  });
});

Deno.test("olympiadbench refuses a row of another form", () => {
  assertThrows(
    () => olympiadbench.map({ question: "q", final_answer: "3" }, "o.jsonl:4"),
    InputError,
    'o.jsonl:4: field "final_answer"',
  );
});
