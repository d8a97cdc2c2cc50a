import { assertEquals, assertLess } from "@std/assert";
import { insideBlock } from "../../src/data/display_blocks.ts";

/** The lines that are inside a block, from 0. */
function insideLines(text: string): number[] {
  return insideBlock(text.split("\n")).flatMap((inside, line) => inside ? [line] : []);
}

Deno.test("insideBlock() marks display mathematics of every kind", () => {
  assertEquals(insideLines("a\n\\[\n2. x\n\\]\nb"), [2, 3]);
  assertEquals(insideLines("$$\n2. x\n$$\nb\n$$ y $$\nc"), [1, 2]);
  assertEquals(insideLines("\\begin{align*}\nx\n\\end{align*}\nb"), [1, 2]);
  assertEquals(insideLines("\\[\n\\begin{aligned}\nx\n\\end{aligned}\ny\n\\]\nb"), [1, 2, 3, 4, 5]);
});

Deno.test("insideBlock() does not take the spacing after a line break for an opening", () => {
  assertEquals(insideLines("x \\\\[2pt] y\n2. b\n\\]"), []);
});

Deno.test("insideBlock() marks code fences, and nothing else opens in them", () => {
  assertEquals(insideLines("```python\nx = '$$'\n2. y\n```\n2. b\n$$\nz\n$$"), [1, 2, 3, 6, 7]);
  assertEquals(insideLines("~~~~\n```\n~~~\n~~~~\nb"), [1, 2, 3]);
});

Deno.test("insideBlock() ignores what is never closed", () => {
  assertEquals(insideLines("```\n2. b\n3. c"), []);
  assertEquals(insideLines("\\[ x\n2. b\n\\[ y\nz \\]\n3. c"), [3]);
  assertEquals(insideLines("costs $$\n2. b"), []);
});

Deno.test("insideBlock() takes code between back-ticks on one line for no fence", () => {
  assertEquals(insideLines("```x```\n2. b\n```x```"), []);
});

Deno.test("insideBlock() takes linear time when every line opens something", () => {
  const begun = performance.now();
  for (const line of ["```a", "\\[", "$$", "\\begin{a}", "~~~", "``` \\["]) {
    insideBlock(new Array<string>(100_000).fill(line));
  }
  assertLess(performance.now() - begun, 2_000);
});
