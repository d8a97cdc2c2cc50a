import { assertEquals, assertThrows } from "@std/assert";
import { s1k } from "../../../src/data/mappings/s1k.ts";
import { InputError } from "../../../src/errors.ts";

const ATTEMPT = "1. **A** x\n2. **B** \\boxed{7}";
const ROW = { question: " q ", solution: "The sum is\n\\boxed{6}", deepseek_attempt: ATTEMPT };

/** What the answer of a row is read as. */
function answerOf(changes: Record<string, unknown>): string | null {
  const mapped = s1k.map({ ...ROW, ...changes }, "f:1");
  if (!mapped.ok) throw new Error(mapped.reason);
  return mapped.answer;
}

Deno.test("s1k cuts the attempt, and keeps the trace of reasoning", () => {
  assertEquals(s1k.map({ ...ROW, id: 3, deepseek_thinking_trajectory: " hm " }, "f:1"), {
    ok: true,
    id: "3",
    problem: "q",
    solution: ATTEMPT,
    answer: "6",
    reasoning: "hm",
  });
});

Deno.test("s1k takes the reference solution where there is no attempt", () => {
  const mapped = s1k.map({ question: "q", solution: ATTEMPT }, "f:1");
  assertEquals(mapped.ok && [mapped.solution, mapped.answer, mapped.reasoning], [
    ATTEMPT,
    "7",
    undefined,
  ]);
});

Deno.test("s1k finds the answer in its field, in the reference, or in a short reference as such", () => {
  assertEquals(answerOf({ answer: 5 }), "5");
  assertEquals(answerOf({}), "6");
  assertEquals(answerOf({ solution: "128" }), "128");
  // Prose is no answer: the attempt's box is looked for by whoever cuts it.
  assertEquals(answerOf({ solution: "It\nfollows." }), null);
  assertEquals(answerOf({ solution: "x".repeat(101) }), null);
  assertEquals(answerOf({ solution: null }), null);
  assertEquals(answerOf({ deepseek_attempt: null, solution: "128" }), null);
});

Deno.test("s1k drops rows without text, and names a field that is wrong", () => {
  assertEquals(s1k.map({ ...ROW, question: " " }, "f:1"), {
    ok: false,
    id: null,
    reason: "empty-problem",
  });
  assertEquals(s1k.map({ id: "a", question: "q" }, "f:1"), {
    ok: false,
    id: "a",
    reason: "empty-solution",
  });
  assertThrows(
    () => s1k.map({ ...ROW, deepseek_attempt: 7 }, "f:1"),
    InputError,
    'f:1: field "deepseek_attempt"',
  );
  assertThrows(
    () => s1k.map({ solution: "s" }, "f:1"),
    InputError,
    'f:1: field "question" is missing; the row has "solution"',
  );
  assertThrows(() => s1k.map(null, "f:1"), InputError, "f:1: expected an object, found null");
});
