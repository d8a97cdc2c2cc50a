import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { numberedPrompt, renderSteps } from "../../src/data/numbered_prompt.ts";
import { numberedSteps } from "../../src/data/steps/numbered.ts";

const steps = [
  { action: "**Double:**\n   x = 2 · 3", title: "Double" },
  { action: "**Multiply** x = 6", title: "Multiply" },
];

Deno.test("renderSteps() writes what numberedSteps() reads back", () => {
  assertEquals(numberedSteps(renderSteps(steps)), { ok: true, steps, intro: "" });
});

Deno.test("numberedPrompt.render() shows the problem, the steps so far and the next number", () => {
  const prompt = numberedPrompt.render(" Solve x/2 = 3.\n", steps);
  assertStringIncludes(prompt, "Problem:\nSolve x/2 = 3.\n\n");
  assertStringIncludes(prompt, `Steps so far:\n${renderSteps(steps)}\n\n`);
  assert(prompt.endsWith("\n\nWrite step 3: a short title in **bold**, then its reasoning.\n"));
});

Deno.test("numberedPrompt.render() says how to think and to write one step only", () => {
  const prompt = numberedPrompt.render("p", []);
  for (const words of ["between <think> and </think>", "nothing else", "\\boxed{}", "(none)"]) {
    assertStringIncludes(prompt, words);
  }
});

Deno.test("numberedPrompt.render() asks for the body alone when the title is given away", () => {
  const prompt = numberedPrompt.render("p", steps, "Check");
  assert(
    prompt.endsWith('Write step 3, titled "Check": its reasoning only, not the title again.\n'),
  );
});

Deno.test("numberedPrompt.render() asks for no title when the steps so far have none", () => {
  assert(numberedPrompt.render("p", [{ action: "x = 6" }]).endsWith("\n\nWrite step 2.\n"));
});
