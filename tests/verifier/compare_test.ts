import { assertEquals } from "@std/assert";
import { readAnswer } from "../../src/verifier/answer_value.ts";
import { compare } from "../../src/verifier/compare.ts";

const raw = String.raw;
const result = (gold: string, prediction: string) =>
  compare(readAnswer(gold), readAnswer(prediction), {
    relative: 1e-6,
    rounded: false,
    budget: { left: 100 },
  });
const equal = (gold: string, prediction: string) => result(gold, prediction).equal;

Deno.test("compare() takes an assignment for its value on either side", () => {
  assertEquals([equal("x=1", "1"), equal("1", "x=1"), equal("x=1", "x=2")], [true, true, false]);
  assertEquals([equal("5", "x=2+3=5"), equal("5", "5=x"), equal("1/3", raw`x=1/3\approx 0.3`)], [
    true,
    true,
    true,
  ]);
  assertEquals([equal("|AB|=1", "1"), equal("f(x)=x^2", "x^2"), equal(raw`\frac{NO}{BO}=2`, "2")], [
    true,
    true,
    true,
  ]);
});

Deno.test("compare() meets an equation by an equivalent equation only", () => {
  assertEquals([equal("2x+z=1", "1"), equal("2x+z=1", "2x+z"), equal("a^2+b=0", "0")], [
    false,
    false,
    false,
  ]);
  assertEquals(equal("2x+4y-3=0", raw`y=-\frac12x+\frac34`), true);
  assertEquals(equal("2x+4y-3=0", raw`y=\frac12x+\frac34`), false);
  // The other way round an equation that ends in a number gives that number.
  assertEquals(equal("1", "2x+z=1"), true);
});

Deno.test("compare() meets an inequality by its interval, and not an interval by an inequality", () => {
  assertEquals([equal(raw`-2\le x\le 7`, "[-2,7]"), equal("[-2,7]", raw`-2\le x\le 7`)], [
    true,
    false,
  ]);
  assertEquals([
    equal(raw`x\ge 4`, raw`[4,\infty)`),
    equal("x>4", raw`[4,\infty)`),
    equal("3>x", raw`(-\infty,3)`),
  ], [
    true,
    false,
    true,
  ]);
  assertEquals([equal("x<1", "-x>-1"), equal("x<1", "x>1"), equal("x<1", raw`x\le 1`)], [
    true,
    false,
    false,
  ]);
  assertEquals(equal("f(2)<f(1)<f(4)", "f(4)>f(1)>f(2)"), true);
  assertEquals(equal(raw`x\ne 3`, raw`3\neq x`), true);
});

Deno.test("compare() never takes several values for one", () => {
  assertEquals([
    equal("5", "5, 7"),
    equal("5", "5 or 7"),
    equal("5", raw`\{5,7\}`),
    equal("5", raw`\pm 5`),
  ], [
    false,
    false,
    false,
    false,
  ]);
  assertEquals([equal("5", raw`\{5\}`), equal("5", "5, 5.0")], [true, false]);
});

Deno.test("compare() compares lists and sets in any order and tuples in theirs", () => {
  assertEquals([equal("1,2,3", "3,1,2"), equal(raw`\{1,2\}`, "2, 1"), equal("1,2", "1,2,2")], [
    true,
    true,
    true,
  ]);
  assertEquals([equal("1,2,3", "1,2"), equal("1,2", "1,3"), equal("1,1,2", "1,2,2,3")], [
    false,
    false,
    false,
  ]);
  assertEquals([equal("(1,2)", "(1,2.0)"), equal("(1,2)", "(2,1)"), equal("(1,2)", "(1,2,3)")], [
    true,
    false,
    false,
  ]);
  assertEquals([equal("(1,2)", "1,2"), equal("(1,2)", "2,1"), equal("(1,2)", raw`\{1,2\}`)], [
    true,
    false,
    false,
  ]);
  assertEquals([equal("[1,2)", "(1,2)"), equal("[1,2,3]", "(1,2,3)")], [false, true]);
});

Deno.test("compare() heeds names in lists of assignments", () => {
  assertEquals([equal("x=5,y=3", "y=3, x=5"), equal("x=5,y=3", "x=3,y=5")], [true, false]);
  assertEquals(equal("p=5,q=2;p=7,q=2", "(7,2),(5,2)"), true);
  assertEquals(equal("p=5,q=2;p=7,q=2", "(2,5),(2,7)"), false);
  assertEquals(equal("(p,q)=(3,2)", "(3,2)"), true);
});

Deno.test("compare() compares unions, ratios and words", () => {
  assertEquals(equal(raw`(1,2)\cup(3,4)`, raw`(3,4)\cup(1,2)`), true);
  assertEquals(equal(raw`(1,2)\cup(3,4)`, "(1,2)"), false);
  assertEquals([equal("1:2", "2:4"), equal("1:2", "2:1"), equal("12:00", "1:00")], [
    true,
    false,
    false,
  ]);
  assertEquals([equal(raw`\text{Evelyn}`, "evelyn"), equal("Yes", "no"), equal("x", "X")], [
    true,
    false,
    false,
  ]);
});

Deno.test("compare() says what decided", () => {
  assertEquals(
    [
      ["1", "1"],
      ["1", "2"],
      ["1,2", "2,1"],
      ["(1,2)", "(1,3)"],
      ["x<1", "x>1"],
      ["Anna", "Boris"],
      ["1", "(1,2)"],
    ]
      .map(([gold, prediction]) => result(gold!, prediction!).how),
    ["string", "number", "set", "tuple", "relation", "text", "kind"],
  );
});
