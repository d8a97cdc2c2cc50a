import { assert, assertEquals } from "@std/assert";
import { finalAnswer, sameAnswer } from "../../../src/data/teacher/final_answer.ts";

Deno.test("finalAnswer() prefers the last box, then the last announcement with an answer", () => {
  const answers: [string, string | null][] = [
    ["#### 5\nso \\boxed{6}, the answer is 7", "6"],
    ["The answer is 7.\nIndeed the ANSWER IS 8", "8"],
    ["**Answer:** 9\n", "9"],
    ["Final answer: 10\nThe answer is\n", "10"],
    ["First the answer is 1, no: the answer is 2", "2"],
    ["#### 1,250", "1,250"],
    ["no announcement", null],
    ["", null],
  ];
  for (const [text, answer] of answers) assertEquals(finalAnswer(text), answer, text);
});

Deno.test("finalAnswer() answers hostile text at once", () => {
  const start = performance.now();
  for (const part of ["\\boxed{", "answer is ", "####", "\n", "İ", "\ud800", "{", "}"]) {
    finalAnswer(part.repeat(1_000_000 / part.length));
    sameAnswer(part.repeat(1_000_000 / part.length), "1");
  }
  sameAnswer("\\text{".repeat(200_000), "1,".repeat(500_000));
  assert(performance.now() - start < 20_000);
});

Deno.test("sameAnswer() leaves typography out and nothing else", () => {
  const same: [string, string][] = [
    ["$\\left(1, 2\\right)$", "(1,2)"],
    ["\\text{yes}", "yes"],
    ["\\tfrac{1}{2}", "\\dfrac{1}{2}"],
    ["12{,}000", "12{,}000"],
    ["1,234,567", "1234567"],
    ["3 \\text{ cm}", "3\\,\\mathrm{cm}."],
  ];
  for (const [a, b] of same) assert(sameAnswer(a, b), `${a} and ${b}`);
  const different: [string, string][] = [
    ["1", "-1"],
    ["\\frac{1}{23}", "\\frac{12}{3}"],
    ["0.5", "5"],
    ["x", "X"],
    ["(1,2)", "12"],
    ["", "0"],
  ];
  for (const [a, b] of different) assert(!sameAnswer(a, b), `${a} and ${b}`);
});
