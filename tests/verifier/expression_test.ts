import { assertEquals, assertThrows } from "@std/assert";
import { readExpression } from "../../src/verifier/expression.ts";
import { normalise } from "../../src/verifier/normalise.ts";
import { tokenize } from "../../src/verifier/tokens.ts";
import { Unreadable } from "../../src/verifier/unreadable.ts";

const raw = String.raw;
const read = (formula: string) => readExpression(tokenize(normalise(formula)));
const code = (formula: string) => read(formula).code;
const value = (formula: string) => {
  const { exact } = read(formula);
  return exact === null ? null : `${exact.n}/${exact.d}`;
};

Deno.test("readExpression() computes fractions exactly", () => {
  assertEquals(value(raw`\frac12+\frac{1}{3}`), "5/6");
  assertEquals(value(raw`4.5 \times 10^{33}`), `${45n * 10n ** 32n}/1`);
  assertEquals(value("-1./3"), "-1/3");
  assertEquals(value("6!/5!"), "6/1");
  assertEquals(value(raw`\binom{5}{2}`), "10/1");
  assertEquals(value(raw`\sqrt{49}`), "7/1");
  assertEquals(value(raw`1\frac{1}{2}`), "3/2");
  assertEquals(value("2 1/2"), "5/2");
  assertEquals(value("2^3^2"), "512/1");
  assertEquals(value("50%"), "1/2");
  assertEquals(value(raw`\frac13\cdot\frac3{1}`), "1/1");
  assertEquals([value(raw`\sqrt2`), value("9^9^9^9"), value("1/0")], [null, null, null]);
});

Deno.test("readExpression() reads roots, functions, powers of functions and logarithms", () => {
  assertEquals(code(raw`\sqrt[3]{x}`), "(v_x^(1/3))");
  assertEquals(code(raw`\sin^2 x`), "(sin(v_x)^2)");
  assertEquals(code(raw`\cos^{-1} x`), "acos(v_x)");
  assertEquals(code(raw`\log_2 8`), "log(8,2)");
  assertEquals(code(raw`\sin x\cos y`), "(sin(v_x)*cos(v_y))");
  assertEquals(code(raw`\sin 2\pi t`), "sin(((2*pi)*v_t))");
  assertEquals(code(raw`|\sin x|+|y|`), "(abs(sin(v_x))+abs(v_y))");
  assertEquals(code(raw`\lfloor x \rfloor`), "floor(v_x)");
});

Deno.test("readExpression() tells calls of unknown functions from products", () => {
  assertEquals(code("f(x+1)"), "f_f((v_x+1))");
  assertEquals(code("I(0)"), "f_I(0)");
  assertEquals(code("a(b+c)"), "(v_a*(v_b+v_c))");
  assertEquals(code("y'"), code(raw`y^{\prime}`));
});

Deno.test("readExpression() keeps a derivative together", () => {
  assertEquals(code(raw`\frac{dx}{dt}`), code(raw`\frac{d x}{d t}`));
  assertEquals(code(raw`\frac{dx}{dt}`) === code(raw`\frac{x}{t}`), false);
});

Deno.test("readExpression() binds products without a sign tighter than a slash", () => {
  assertEquals(code("a/2b"), "(v_a/(2*v_b))");
  assertEquals(code("1/2 x"), "(1/2*v_x)");
  assertEquals(code("2x/3"), "((2*v_x)/3)");
});

Deno.test("readExpression() reads matrices", () => {
  assertEquals(code(raw`\begin{pmatrix}1&2\\3&4\end{pmatrix}`), "[[1,2],[3,4]]");
  assertEquals(code(raw`\begin{array}{cc}1&2\\\end{array}`), "[[1,2]]");
  assertThrows(
    () => read(raw`\begin{pmatrix}1&2\\3\end{pmatrix}`),
    Unreadable,
    "different lengths",
  );
});

Deno.test("readExpression() refuses what it cannot read", () => {
  for (
    const formula of [
      "1 2",
      "",
      "+",
      "(1",
      "x)",
      raw`\frac{1}{`,
      raw`\sum_{k} k`,
      raw`\int x dx`,
      "3!!",
      raw`\binom{1000000000}{500000000}`,
      "x where y",
    ]
  ) assertThrows(() => read(formula), Unreadable);
  assertThrows(
    () => read("(".repeat(100) + "1" + ")".repeat(100)),
    Unreadable,
    "nested deeper than 64",
  );
});

Deno.test("readExpression() writes long sums without nesting", () => {
  assertEquals(code(Array(900).fill("x").join("+")), `(${Array(900).fill("v_x").join("+")})`);
});
