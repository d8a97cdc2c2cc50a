import { assertEquals, assertThrows } from "@std/assert";
import { normalise } from "../../src/verifier/normalise.ts";
import { MAX_TOKENS, tokenize } from "../../src/verifier/tokens.ts";
import { Unreadable } from "../../src/verifier/unreadable.ts";

const raw = String.raw;
const texts = (formula: string) => tokenize(normalise(formula)).map(({ text }) => text);
const kinds = (formula: string) => tokenize(normalise(formula)).map(({ kind }) => kind);

Deno.test("tokenize() joins groups of thousands outside brackets only", () => {
  assertEquals(texts("1,234,567.5"), ["1234567.5"]);
  assertEquals(texts("1 000"), ["1000"]);
  assertEquals(texts(raw`14{,}916`), ["14916"]);
  assertEquals(texts(raw`32,\!349`), ["32349"]);
  assertEquals(texts("(1,234)"), ["(", "1", ",", "234", ")"]);
  assertEquals(texts("32, 349"), ["32", ",", "349"]);
  assertEquals(texts("1,22"), ["1", ",", "22"]);
});

Deno.test("tokenize() tells numbers with exponents from products with e", () => {
  assertEquals(texts("4.5e33"), ["4.5e33"]);
  assertEquals(texts("2e^x"), ["2", "e", "^", "x"]);
});

Deno.test("tokenize() takes letters for variables, long words for words, and known names for functions", () => {
  assertEquals(kinds("ab"), ["name", "name"]);
  assertEquals(kinds("Evelyn"), ["text"]);
  assertEquals(kinds("sin x"), ["function", "name"]);
  assertEquals(texts("np.arcsin(x)"), ["arcsin", "(", "x", ")"]);
  assertEquals(kinds("5 cm"), ["number", "text"]);
  assertEquals(kinds("cm"), ["name", "name"]);
});

Deno.test("tokenize() takes and, or and their like for commas", () => {
  assertEquals(texts(raw`1 \text{ and } 2`), ["1", ",", "2"]);
  assertEquals(texts("1 or 2"), ["1", ",", "2"]);
});

Deno.test("tokenize() reads relations in plain text and in LaTeX alike", () => {
  assertEquals(texts(raw`x <= 2`), texts(raw`x \leq 2`));
  assertEquals(texts(raw`x != 2`), texts(raw`x \neq 2`));
  assertEquals(texts(raw`x > 2`), texts(raw`x \gt 2`));
});

Deno.test("tokenize() refuses too many tokens and open words", () => {
  assertThrows(() => tokenize("+".repeat(MAX_TOKENS + 1)), Unreadable, "more than 2000 tokens");
  assertThrows(() => tokenize(raw`\text{a`), Unreadable, "not closed");
  assertThrows(() => tokenize("\\"), Unreadable, "lone backslash");
});
