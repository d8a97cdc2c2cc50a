import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { displayWidth } from "../../src/results/glyphs.ts";
import { renderLandscape } from "../../src/results/render_landscape.ts";
import { landscapeOf, scoresOf } from "./landscapes.ts";

const render = (...of: Parameters<typeof landscapeOf>) =>
  renderLandscape(landscapeOf(...of), { color: false });

Deno.test("renderLandscape() has rewards as rows, corruptions as columns, and says what is missing", () => {
  const text = render(["bleu"]);
  assertStringIncludes(text, "solutions.jsonl: mean scores of 20 of 50 steps, drawn by seed 3\n");
  assertMatch(text, /\nreward +copy +−10 % +−20 % .* other +apart\n─+\nbleu +1\.00 +0\.95 /);
  assertStringIncludes(text, "left out: of 20, digits 10.");
  // No line ends between a number and its sign.
  assertStringIncludes(
    text,
    "−10\u00a0%, −20\u00a0%, −30\u00a0%, −50\u00a0%: that share of its words dropped;",
  );
  assertStringIncludes(text, "apart: the chance that a step with its clauses in another order");
});

Deno.test("renderLandscape() stays within 100 columns whatever a reward is called or scores", () => {
  const names = [
    "similarity autojunk=off",
    `module ${"long".repeat(40)}`,
    "中".repeat(40),
    "\x1b[31m",
  ];
  const scores = scoresOf(names, (value) => value - 1.5);
  const text = render(names, scores);
  for (const line of text.split("\n")) assert(displayWidth(line) <= 100, line);
  assertStringIncludes(text, "…");
  assertEquals(text.includes("\x1b"), false);
  assertStringIncludes(text, "−0.50");
});

Deno.test("renderLandscape() shows failures as failures", () => {
  const scores = scoresOf(["a"]).map((row) => ({ ...row, value: null, failure: "error: bad" }));
  const text = render(["a"], scores);
  assertMatch(text, /\na +– +– .*–\n/);
  assertStringIncludes(text, "a FAILED on 190, which no mean counts; the first, p0#1: error: bad");
});
