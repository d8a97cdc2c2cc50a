import { assertEquals, assertLess } from "@std/assert";
import { findBoxes, lastBoxed } from "../../src/data/answer_extraction.ts";

const raw = String.raw;

Deno.test("lastBoxed() gives the last of several boxes", () => {
  assertEquals(lastBoxed(raw`\boxed{1} then \boxed{ 2 }.`), "2");
});

Deno.test("lastBoxed() balances braces inside the box", () => {
  assertEquals(lastBoxed(raw`\boxed{\frac{3\sqrt{3}}{2}}}`), raw`\frac{3\sqrt{3}}{2}`);
  assertEquals(lastBoxed(raw`\boxed{}`), "");
});

Deno.test("lastBoxed() takes escaped braces for text", () => {
  assertEquals(lastBoxed(raw`\boxed{\{1, 2\}}`), raw`\{1, 2\}`);
  assertEquals(lastBoxed(raw`\boxed{\left\{ x \right.}`), raw`\left\{ x \right.`);
  assertEquals(lastBoxed(raw`\boxed{a \\{b}}`), raw`a \\{b}`);
});

Deno.test("lastBoxed() gives null when no box is closed", () => {
  assertEquals(lastBoxed(raw`\boxed{1`), null);
  assertEquals(lastBoxed(raw`\boxed 7, \fbox{7}, boxed{7}`), null);
  assertEquals(lastBoxed(""), null);
});

Deno.test("lastBoxed() falls back to the last closed box when the text is cut off", () => {
  assertEquals(lastBoxed(raw`\boxed{1} and \boxed{\frac{2}`), "1");
});

Deno.test("lastBoxed() gives the inner one of nested boxes", () => {
  assertEquals(lastBoxed(raw`\boxed{\boxed{5}}`), "5");
});

Deno.test("lastBoxed() accepts white space before the brace and braces left open before the box", () => {
  assertEquals(lastBoxed("an open { and \\boxed {\n4\n}"), "4");
});

Deno.test("lastBoxed() takes linear time when nothing is ever closed", () => {
  const begun = performance.now();
  for (const part of ["\\boxed{", "{", "}", "\\", "\\boxed ", "\\boxed{}"]) {
    lastBoxed(part.repeat(200_000));
  }
  assertLess(performance.now() - begun, 2_000);
});

Deno.test("findBoxes() gives every closed box with its places, inner ones first", () => {
  const text = raw`a \boxed{\boxed{1}} \boxed{2`;
  assertEquals(findBoxes(text).map(({ from, start, end }) => [from, text.slice(start, end)]), [
    [9, "1"],
    [2, raw`\boxed{1}`],
  ]);
});
