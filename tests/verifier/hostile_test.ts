import { assert, assertEquals, assertLess } from "@std/assert";
import { verifyAnswer } from "../../src/verifier/verify_answer.ts";

/** Milliseconds that any text of a megabyte may take; unloaded it takes a fraction of a second. */
const DEADLINE = 20_000;
const MEGABYTE = 1_000_000;

/** Pieces that start what some pattern of the verifier looks for. */
const PIECES = [
  ..."a1{}()[]\\$|!^_'-+*/.,;:=<%&#~Aé中½²√–",
  " ",
  "\n",
  "\u0000",
  "\ud800",
  "\udc00",
  "😀",
  "\\boxed{",
  "\\\\boxed{",
  "\\boxed{}",
  "\\boxed{1}, ",
  "\\frac",
  "\\frac{",
  "\\sqrt",
  "\\left(",
  "\\text{",
  "\\begin{pmatrix}",
  "\\\\",
  "\\(",
  "\\[",
  "\\{",
  "\\!",
  "{,}",
  "answer is ",
  "answers:",
  "solution   ",
  "#### ",
  "(A)",
  "A)",
  "1,",
  "1,111",
  "1 ",
  "1/",
  "$1",
  "1e",
  "aa bb ",
  "and ",
  "1%",
  "x=",
  "\\pm",
  "^\\circ",
  "m^",
];

function timed(gold: string, prediction: string): number {
  const begun = performance.now();
  verifyAnswer(gold, prediction);
  return performance.now() - begun;
}

Deno.test("verifyAnswer() takes a megabyte of anything within its deadline", () => {
  verifyAnswer("\\sqrt2", "\\sqrt3");
  for (const piece of PIECES) {
    const text = piece.repeat(Math.ceil(MEGABYTE / piece.length));
    for (
      const [gold, prediction] of [
        ["1", text],
        ["(A)", text],
        ["1", `\\boxed{${text}}`],
        ["1", `The answer is ${text}`],
        [text, "\\boxed{1}"],
      ] as const
    ) assertLess(timed(gold, prediction), DEADLINE, JSON.stringify(piece));
  }
});

Deno.test("verifyAnswer() takes answers of the greatest length and of 190 characters within its deadline", () => {
  for (const piece of PIECES) {
    for (const length of [190, 4000]) {
      const text = piece.repeat(length / piece.length);
      assertLess(timed(`${text}1`, `\\boxed{${text}2}`), DEADLINE, JSON.stringify(piece));
      assertLess(timed(text, text), DEADLINE, JSON.stringify(piece));
    }
  }
});

Deno.test("verifyAnswer() takes any depth of brackets, functions and signs", () => {
  const nests = [
    ["{", "}"],
    ["(", ")"],
    ["[", "]"],
    ["(1,", ")"],
    ["\\{1,", "\\}"],
    ["\\frac{1}{", "}"],
    ["\\sqrt{", "}"],
    ["|", "|"],
    ["f(", ")"],
    ["\\sin ", ""],
    ["x^{", "}"],
    ["2^", ""],
    ["-", ""],
    ["\\text{", "}"],
    ["\\boxed{", "}"],
    ["\\left(", "\\right)"],
    ["\\begin{pmatrix}", "\\end{pmatrix}"],
    ["x_{", "}"],
    ["1+", ""],
    ["x ", ""],
    ["x=", ""],
    ["\\dot{", "}"],
    ["", "!"],
  ] as const;
  for (const [open, close] of nests) {
    for (const depth of [10, 40, 100, 600, 50_000]) {
      const text = open.repeat(depth) + "1" + close.repeat(depth);
      assertLess(timed(text, `${text}+1`), DEADLINE, open);
      assertLess(timed("1", `\\boxed{${text}}`), DEADLINE, open);
    }
  }
});

Deno.test("verifyAnswer() takes any number of boxes, values and relations within its deadline", () => {
  const many = (count: number, item: (k: number) => string, separator = ",") =>
    Array.from({ length: count }, (_, k) => item(k)).join(separator);
  const boxes = many(70_000, (k) => `\\boxed{${k}}`);
  assertLess(timed("1", boxes), DEADLINE);
  for (const count of [30, 64, 100, 400]) {
    for (
      const item of [
        (k: number) => `\\sqrt{${k}}`,
        (k: number) => `x>${k}y`,
        (k: number) => `(1,\\sqrt2,\\sqrt3,${k})`,
        (k: number) => `x_${k}=\\sqrt{${k}}`,
      ]
    ) {
      const text = many(count, item);
      assertLess(timed(text, `\\boxed{${many(count, (k) => item(count - 1 - k))}}`), DEADLINE);
      assertLess(timed(`\\{${text}\\}`, `\\boxed{${text},\\pi}`), DEADLINE);
    }
  }
  const roots = many(90, (k) => `\\sqrt{${k + 2}}+\\pi`);
  assertEquals(verifyAnswer(roots, `\\boxed{${roots.replaceAll("+", " - -")}}`), {
    ...verifyAnswer("1", `\\boxed{2}`),
    extracted: roots.replaceAll("+", " - -"),
    how: "none",
    note: "more than 2000 comparisons of formulas",
  });
  assertEquals(
    verifyAnswer(many(101, String), `\\boxed{0,${many(100, String)}}`).note,
    "more than 100 values",
  );
});

Deno.test("verifyAnswer() neither computes nor believes numbers beyond all bounds", () => {
  const huge = [
    "9^9^9^9",
    "9^{9^{9^{9}}}",
    "1000000!",
    "((1000!)!)!",
    "10^{10^{10}}",
    "\\binom{1000000000}{500000000}",
    "(2^{8191})^{2}",
    "1e99999",
    "e^{e^{e^{e^{e}}}}",
    "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}^{1000000000}",
    "\\sum_{k=1}^{10^9} k",
    "1/0",
    "\\frac{0}{0}",
    "\\infty-\\infty",
  ];
  for (const text of huge) {
    const begun = performance.now();
    assert(verifyAnswer(text, `\\boxed{${text}}`).correct, text);
    for (const gold of ["0", "1", `${text}+1`, `${text}1`]) {
      assertEquals(verifyAnswer(gold, `\\boxed{${text}}`).correct, false, `${gold} <- ${text}`);
    }
    assertLess(performance.now() - begun, DEADLINE, text);
  }
});

Deno.test("verifyAnswer() reaches nothing but numbers through formulas", () => {
  for (
    const text of [
      "constructor",
      "__proto__",
      "import(x)",
      "f(constructor)",
      "\\operatorname{constructor}(1)",
      "\\mathrm{toString}(1)",
      "hasOwnProperty",
      'cos.constructor("throw 1")()',
      'evaluate("1+1")',
      "createUnit(x)",
      "\\valueOf",
      "\\constructor",
    ]
  ) {
    const verdict = verifyAnswer("2", `\\boxed{${text}}`);
    assertEquals(verdict.correct, false, text);
    assertEquals(verifyAnswer(text, `\\boxed{${text}}`).correct, true, text);
  }
});
