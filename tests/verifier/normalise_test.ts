import { assertEquals, assertLess } from "@std/assert";
import { compact, normalise } from "../../src/verifier/normalise.ts";

const raw = String.raw;

Deno.test("normalise() writes Unicode signs as LaTeX", () => {
  assertEquals(normalise("x² ≤ −3√2"), raw`x^{2} \le -3\sqrt 2`);
  assertEquals(normalise("½π"), raw`\frac{1}{2}\pi`);
  assertEquals(normalise("１２"), "12");
});

Deno.test("normalise() gives synonymous commands one name and drops sizes and styles", () => {
  assertEquals(normalise(raw`\dfrac12 \leq \tfrac{3}{4}`), raw`\frac12 \le \frac{3}{4}`);
  assertEquals(normalise(raw`\displaystyle\Big(\mathbf{x}\Big)`), "( {x} )");
  assertEquals(normalise(raw`\textbf{Yes}`), raw`\text{Yes}`);
});

Deno.test("normalise() drops dollar signs around formulas and keeps those that are money", () => {
  assertEquals(normalise("$5$"), "5");
  assertEquals(normalise(raw`\$5`), raw`\$5`);
});

Deno.test("normalise() undoes doubled backslashes, but not the rows of a matrix", () => {
  assertEquals(normalise(raw`\\frac{1}{2}`), raw`\frac{1}{2}`);
  assertEquals(normalise(raw`1\\2`), raw`1\\2`);
  assertEquals(normalise(raw`1\\\frac12`), raw`1\\\frac12`);
});

Deno.test("compact() keeps the characters that count", () => {
  assertEquals(compact(raw`\text{ Even }.`), "Even");
  assertEquals(compact(raw`x_{0} +  1`), "x_0+1");
  assertEquals(compact("1 ..."), "1");
});

Deno.test("normalise() and compact() take linear time", () => {
  const begun = performance.now();
  for (
    const part of ["$", "\\", "\\a", "~", "\\left", "é", "\\\\", "²", ".", "_{", "\\text{", "1{,}"]
  ) {
    compact(normalise(part.repeat(1_000_000 / part.length) + "x"));
  }
  assertLess(performance.now() - begun, 60_000);
});
