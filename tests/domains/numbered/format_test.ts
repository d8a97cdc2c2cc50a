import { assert, assertEquals } from "@std/assert";
import { numberedFormat } from "../../../src/domains/numbered/format.ts";

const { verify, question, outline } = numberedFormat;

Deno.test("numberedFormat.verify() compares the last final answer by value", () => {
  assertEquals(verify("so \\boxed{12}", "12"), { correct: true, extracted: "12" });
  assertEquals(verify("\\boxed{1} then \\boxed{ x + 1 }", "x+1").correct, true);
  assertEquals(verify("\\boxed{12} then \\boxed{13}", "12"), { correct: false, extracted: "13" });
  assertEquals(verify("\\boxed{0.5}", "1/2").correct, true);
  assertEquals(verify("the answer is 12", "12"), { correct: true, extracted: "12" });
  assertEquals(verify("I do not know", "12"), { correct: false, extracted: null });
});

Deno.test("numberedFormat.verify() finds nothing right where no answer is known", () => {
  for (const answer of ["", " ", "\n"]) {
    assertEquals(verify("\\boxed{}", answer).correct, false);
    assertEquals(verify("", answer).correct, false);
  }
});

Deno.test("numberedFormat asks for thoughts, steps and a boxed answer", () => {
  const text = question("  What is 1 + 1?\n");
  for (const part of ["<think>", "\\boxed{}", "Problem:\nWhat is 1 + 1?\n"]) {
    assert(text.includes(part));
  }
});

Deno.test("numberedFormat.outline() is the expert's numbered steps", () => {
  const steps = [{ action: "**Add** 1 + 1 = 2", title: "Add" }, { action: "\\boxed{2}" }];
  const task = { id: "a", problem: "1+1", steps, answer: "2", budget: null, solution: null };
  assert(outline(task).includes("1. **Add** 1 + 1 = 2"));
  assertEquals(verify(outline(task), "2").correct, true);
});
