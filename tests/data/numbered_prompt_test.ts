import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { numberedPrompt, numberedPromptOf } from "../../src/data/numbered_prompt.ts";
import {
  BUILT_IN_PROMPTS,
  builtInTemplates,
  PROMPT_SLOTS,
  promptsOf,
} from "../../src/data/prompts/prompts.ts";
import { PromptTemplate } from "../../src/data/prompts/template.ts";

const { render } = numberedPrompt;
const STEPS = [
  { action: "**Double:**\n   x = 2 · 3", title: "Double" },
  { action: "**Multiply** x = 6", title: "Multiply" },
];

Deno.test("numberedPromptOf() asks for each thing by the template for it", () => {
  const { step, steps, sentence, question, answer } = BUILT_IN_PROMPTS;
  const soFar = { omitted: 0, titled: true };
  assertEquals(render("p", STEPS), step("p", STEPS));
  assertEquals(
    render("p", STEPS, "T", { kind: "steps", count: 1, ...soFar }),
    step("p", STEPS, "T"),
  );
  assertEquals(
    render("p", STEPS, "T", { kind: "steps", count: 2, ...soFar }),
    steps("p", STEPS, 2, "T"),
  );
  assertEquals(
    render("p", [], undefined, { kind: "sentence", begun: "So x", ...soFar }),
    sentence("p", "1. So x"),
  );
  assertEquals(render("p", [], undefined, { kind: "whole" }), question("p"));
  assertEquals(render("p", [], undefined, { kind: "answer" }), answer("p"));
  const own = new PromptTemplate("{{problem}} = ?", "mine.md", PROMPT_SLOTS.answer);
  const format = numberedPromptOf(promptsOf({ ...builtInTemplates(), answer: own }));
  assertEquals(format.render("1 + 1", [], undefined, { kind: "answer" }), "1 + 1 = ?\n");
});

Deno.test("numberedPrompt.render() asks for titles where the solution has them, and not else", () => {
  const form = "a short title in **bold**";
  for (const count of [1, 2]) {
    const asked = { kind: "steps", count, omitted: 0 } as const;
    assertStringIncludes(render("p", [], undefined, { ...asked, titled: true }), form);
    assert(!render("p", [], undefined, { ...asked, titled: false }).includes(form));
  }
  assertStringIncludes(render("p", STEPS), form);
  assert(!render("p", [{ action: "x = 6" }]).includes(form));
});

Deno.test("numberedPrompt.render() says which steps are left out, and goes on counting", () => {
  const asked = { kind: "steps", count: 1, omitted: 4, titled: false } as const;
  assertStringIncludes(
    render("p", [{ action: "x = 6" }], undefined, asked),
    "Steps so far:\n(steps 1 to 4 left out)\n\n5. x = 6\n\nWrite step 6.\n",
  );
  assertStringIncludes(
    render("p", [], undefined, { ...asked, omitted: 1 }),
    "Steps so far:\n(step 1 left out)\n\nWrite step 2.\n",
  );
});

Deno.test("numberedPrompt.render() shows what the environment answered, which join() leaves out", () => {
  const acted = [{ action: "ls", thought: "hm", observation: "a b" }, { action: "cat a" }];
  const prompt = render("p", acted);
  assertStringIncludes(prompt, "1. ls\n\nObservation:\na b\n\n2. cat a\n\n");
  assert(!prompt.includes("hm"));
  assertEquals(numberedPrompt.join!(acted, 3), "3. ls\n\n4. cat a");
});

Deno.test("numberedPrompt.render() asks for a sentence behind what stands there", () => {
  const asked = { kind: "sentence", begun: "So x", omitted: 0, titled: true } as const;
  assert(
    render("p", STEPS, undefined, asked).endsWith("2. **Multiply** x = 6\n\n3. So x\n"),
  );
  const first = { ...asked, begun: "" };
  assert(render("p", STEPS, undefined, first).endsWith("2. **Multiply** x = 6\n"));
  assert(render("p", STEPS, "Check", first).endsWith("\n\n3. **Check**\n"));
});
