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

Deno.test("numberedPrompt.render() asks for several steps by their numbers", () => {
  const asked = { kind: "steps", count: 2, omitted: 0, titled: true } as const;
  const prompt = numberedPrompt.render("p", steps, undefined, asked);
  assertStringIncludes(prompt, "Continue the solution by several steps.");
  assertStringIncludes(prompt, "again before each step if need be");
  assert(
    prompt.endsWith(
      "\n\nWrite steps 3 to 4, each with its number: a short title in **bold**, then its reasoning.\n",
    ),
  );
  const titled = numberedPrompt.render("p", steps, "Check", asked);
  assertStringIncludes(titled, 'step 3 is titled "Check": not the title again.');
  const plain = numberedPrompt.render("p", [], undefined, { ...asked, titled: false });
  assert(plain.endsWith("\n\nWrite steps 1 to 2, each with its number.\n"));
});

Deno.test("numberedPrompt.render() says which steps are left out, and goes on counting", () => {
  const asked = { kind: "steps", count: 1, omitted: 4, titled: false } as const;
  const prompt = numberedPrompt.render("p", [{ action: "x = 6" }], undefined, asked);
  assertStringIncludes(
    prompt,
    "Steps so far:\n(steps 1 to 4 left out)\n\n5. x = 6\n\nWrite step 6.\n",
  );
  const one = numberedPrompt.render("p", [], undefined, { ...asked, omitted: 1 });
  assertStringIncludes(one, "Steps so far:\n(step 1 left out)\n\nWrite step 2.\n");
});

Deno.test("numberedPrompt.render() shows what the environment answered, which join() leaves out", () => {
  const acted = [{ action: "ls", thought: "hm", observation: "a b" }, { action: "cat a" }];
  const prompt = numberedPrompt.render("p", acted);
  assertStringIncludes(prompt, "1. ls\n\nObservation:\na b\n\n2. cat a\n\n");
  assert(!prompt.includes("hm"));
  assertEquals(numberedPrompt.join!(acted, 3), "3. ls\n\n4. cat a");
});

Deno.test("numberedPrompt.render() asks for a sentence behind the step that is begun", () => {
  const asked = { kind: "sentence", begun: "So x", omitted: 0, titled: true } as const;
  const prompt = numberedPrompt.render("p", steps, undefined, asked);
  assertStringIncludes(
    prompt,
    "2. **Multiply** x = 6\n\n3. So x\n\nWrite the next sentence of step 3.\n",
  );
  assertStringIncludes(prompt, "write that one sentence and nothing else");
  const first = { ...asked, begun: "" };
  assert(
    numberedPrompt.render("p", [], undefined, first).endsWith(
      "Write the first sentence of step 1, behind a short title in **bold**.\n",
    ),
  );
  assert(
    numberedPrompt.render("p", [], "T", first).endsWith(
      'Write the first sentence of step 1, titled "T": not the title again.\n',
    ),
  );
});

Deno.test("numberedPrompt.render() asks for the whole solution, each step thought out", () => {
  const prompt = numberedPrompt.render(" p ", [], undefined, { kind: "whole" });
  assertStringIncludes(prompt, "Before each step think it through between <think> and </think>.");
  assert(prompt.endsWith("\n\nProblem:\np\n\n"));
});
