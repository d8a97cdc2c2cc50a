import { assertEquals } from "@std/assert";
import { verify } from "../../../src/domains/numbered/verify.ts";

Deno.test("verify() compares the last final answer by value", () => {
  assertEquals(verify("12", "so \\boxed{12}"), { correct: true, extracted: "12" });
  assertEquals(verify("x+1", "\\boxed{1} then \\boxed{ x + 1 }").correct, true);
  assertEquals(verify("12", "\\boxed{12} then \\boxed{13}"), { correct: false, extracted: "13" });
  assertEquals(verify("1/2", "\\boxed{0.5}").correct, true);
  assertEquals(verify("12", "the answer is 12"), { correct: true, extracted: "12" });
  assertEquals(verify("12", "I do not know"), { correct: false, extracted: null });
});

Deno.test("verify() finds nothing right where no answer is known", () => {
  for (const answer of ["", " ", "\n"]) {
    assertEquals(verify(answer, "\\boxed{}").correct, false);
    assertEquals(verify(answer, "").correct, false);
  }
});
