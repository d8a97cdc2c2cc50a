import { assertEquals, assertThrows } from "@std/assert";
import { gsm8k, gsm8kSocratic } from "../../../src/data/mappings/gsm8k.ts";
import { InputError } from "../../../src/errors.ts";

Deno.test("gsm8k takes the answer's lines as the solution, whose form tells the answer", () => {
  const answer = "1 + 2 = 3\n#### 3";
  assertEquals(gsm8k.map({ question: " q\n", answer }, "f:1"), {
    ok: true,
    id: null,
    problem: "q",
    solution: answer,
    answer: null,
  });
  assertEquals([gsm8k.parser, gsm8kSocratic.parser], ["lines", "socratic"]);
});

Deno.test("gsm8k drops a row without a problem, and names a field that is wrong", () => {
  assertEquals(gsm8k.map({ id: 1, question: "", answer: "a" }, "f:1"), {
    ok: false,
    id: "1",
    reason: "empty-problem",
  });
  assertThrows(
    () => gsm8kSocratic.map({ question: "q", answer: 27 }, "f:2"),
    InputError,
    'f:2: field "answer": expected string, found the number 27',
  );
});
