import { assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { verifyAnswer } from "../../src/verifier/verify_answer.ts";

const raw = String.raw;
const correct = (gold: string, prediction: string) => verifyAnswer(gold, prediction).correct;

Deno.test("verifyAnswer() finds the answer and says what decided", () => {
  assertEquals(verifyAnswer(raw`\sqrt{8}`, raw`It is \boxed{2\sqrt2}.`), {
    correct: true,
    extracted: raw`2\sqrt2`,
    found: "box",
    how: "expression",
    note: null,
  });
  assertEquals(verifyAnswer("7", "no idea"), {
    correct: false,
    extracted: null,
    found: null,
    how: "none",
    note: null,
  });
});

Deno.test("verifyAnswer() finds the expected answer in a box, a phrase or a solution", () => {
  assertEquals(correct(raw`Hence $\boxed{7}$.`, "7"), true);
  assertEquals(correct("4 + 3 = 7\n#### 7", "7"), true);
  assertEquals(
    correct(
      "Three and four eggs are seven eggs because every hen lays one, so there are $7$ eggs.",
      "7",
    ),
    true,
  );
  assertEquals(correct("$21,16$ or $11$", raw`\boxed{11, 16, 21}`), true);
});

Deno.test("verifyAnswer() calls nothing equal to an empty answer", () => {
  for (
    const [gold, prediction] of [["", ""], [" ", raw`\boxed{}`], ["5", raw`\boxed{}`], [
      "",
      "5",
    ]] as const
  ) {
    assertEquals(correct(gold, prediction), false);
  }
});

Deno.test("verifyAnswer() compares letters of choices as letters", () => {
  assertEquals([
    correct("C", raw`\boxed{\textbf{(C)}}`),
    correct("(C)", "The answer is C."),
    correct("C", "(D)"),
  ], [
    true,
    true,
    false,
  ]);
  assertEquals(correct("B", raw`\boxed{\text{(B)}\ 12}`), true);
  assertEquals([correct("12", raw`\boxed{\text{(B)}\ 12}`), correct("13", raw`\boxed{(B)\ 12}`)], [
    true,
    false,
  ]);
  assertEquals(verifyAnswer("A", raw`\boxed{A}`).how, "choice");
});

Deno.test("verifyAnswer() is not symmetric", () => {
  assertEquals([correct("5", "x+y=5"), correct("x+y=5", "5")], [true, false]);
  assertEquals([correct(raw`1<x<2`, "(1,2)"), correct("(1,2)", raw`1<x<2`)], [true, false]);
});

Deno.test("verifyAnswer() reads a comma as a decimal point only against a decimal", () => {
  assertEquals([correct("1,22", "1.22"), correct("1000.99", "1000,99"), correct("2.74", "2,75")], [
    true,
    true,
    false,
  ]);
  assertEquals([correct("1,22", "22,1"), correct("122", "1,22")], [true, false]);
});

Deno.test("verifyAnswer() notes what it could compare as text only", () => {
  const { correct: same, how, note } = verifyAnswer(
    raw`\sum_{k=1}^n k`,
    raw`\boxed{\sum_{k=1}^n 2k}`,
  );
  assertEquals([same, how], [false, "text"]);
  assertEquals(
    note,
    'expected answer: "sum" is not supported here; prediction: "sum" is not supported here',
  );
});

Deno.test("verifyAnswer() has options that change verdicts, and refuses those out of range", () => {
  assertEquals(verifyAnswer("1/3", "0.33", { relativeTolerance: 0.02 }).correct, true);
  assertEquals(verifyAnswer("1/3", "0.33").correct, false);
  assertEquals(verifyAnswer("1.6", "1.62", { rounded: true }).correct, true);
  assertEquals(verifyAnswer("1.6", "1.62").correct, false);
  for (const relativeTolerance of [-1, 1, NaN]) {
    assertThrows(
      () => verifyAnswer("1", "1", { relativeTolerance }),
      RangeError,
      "relativeTolerance",
    );
  }
});

Deno.test("verifyAnswer() loads mathjs when the first formula is evaluated, and not for texts and numbers", async () => {
  const code = `
    const { verifyAnswer } = await import(${
    JSON.stringify(import.meta.resolve("../../src/verifier/verify_answer.ts"))
  });
    const heap = () => Deno.memoryUsage().heapUsed;
    const before = heap();
    verifyAnswer("1/2", "\\\\boxed{0.5}");
    verifyAnswer("(1, 2)", "\\\\boxed{(1, 3)}");
    const numbers = heap() - before;
    verifyAnswer("\\\\sqrt8", "\\\\boxed{2\\\\sqrt2}");
    console.log(JSON.stringify([numbers, heap() - before - numbers]));
  `;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", config, code],
  }).output();
  const [numbers, formula] = JSON.parse(new TextDecoder().decode(output.stdout)) as [
    number,
    number,
  ];
  assertLess(numbers, 2e6);
  assertGreater(formula, 5e6);
});
