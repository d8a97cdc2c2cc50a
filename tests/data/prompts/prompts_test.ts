import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  AGENT_PROMPTS,
  BUILT_IN_PROMPTS,
  BUILT_IN_TEXTS,
  builtInTemplates,
  PROMPT_NAMES,
  PROMPT_SLOTS,
  promptsOf,
} from "../../../src/data/prompts/prompts.ts";
import { PromptTemplate } from "../../../src/data/prompts/template.ts";
import { InputError } from "../../../src/errors.ts";

const STEPS = [
  { action: "**Double:**\n   x = 2 · 3", title: "Double" },
  { action: "**Multiply** x = 6", title: "Multiply" },
];
const { step, steps, sentence, question, answer, system } = BUILT_IN_PROMPTS;

Deno.test("the built-in templates have all of their slots", () => {
  const templates = builtInTemplates();
  for (const name of PROMPT_NAMES) {
    const { required, optional } = PROMPT_SLOTS[name];
    assertEquals([...templates[name].slots].sort(), [...required, ...optional].sort(), name);
  }
  for (const texts of Object.values(BUILT_IN_TEXTS)) {
    assertEquals(Object.keys(texts).sort(), [...PROMPT_NAMES].sort());
  }
});

Deno.test("every prompt says how to think, and ends with a newline", () => {
  const all = [
    step("p", STEPS),
    steps("p", STEPS, 2),
    sentence("p", "So."),
    question("p"),
    answer("p"),
  ];
  for (const prompt of all) {
    assertStringIncludes(prompt, "between <think> and </think>");
    assert(/[^\n]\n$/.test(prompt) && !prompt.includes("{{"));
  }
  assertStringIncludes(system, "<think>");
});

Deno.test("an agent's prompts ask for an action as the environment takes it, and for no boxed answer", () => {
  const call = "<function=bash>\n<parameter=command>ls</parameter>\n</function>";
  const acted = [{ action: call, observation: "main.py" }];
  const asked = {
    step: AGENT_PROMPTS.step("Mend it.", acted),
    steps: AGENT_PROMPTS.steps("Mend it.", acted, 2),
    sentence: AGENT_PROMPTS.sentence("Mend it.", "1. ls"),
    question: AGENT_PROMPTS.question("Mend it."),
  };
  for (const prompt of Object.values(asked)) {
    assertStringIncludes(prompt, "between <think> and </think>");
    assertStringIncludes(prompt, "Task:\nMend it.\n");
    assert(!prompt.includes("\\boxed") && !prompt.includes("{{"));
  }
  assertStringIncludes(asked.step, `Actions so far:\n1. ${call}\n\nObservation:\nmain.py\n`);
  assertStringIncludes(asked.step, "\n\nWrite action 2.\n");
  assertStringIncludes(asked.step, "one function call or one command");
  assertStringIncludes(asked.step, "It is a function call: <function=name>");
  assertStringIncludes(asked.steps, "Each is a function call: <function=name>");
  const commands = AGENT_PROMPTS.step("Mend it.", [{ action: "ls" }]);
  assert(!commands.includes("<function="));
  const first = { omitted: 0, titled: false, calls: true };
  assertStringIncludes(AGENT_PROMPTS.step("p", [], "", first), "It is a function call");
});

Deno.test("step() shows the problem, the steps so far and the next number", () => {
  const prompt = step(" Solve x/2 = 3.\n", STEPS);
  assertStringIncludes(prompt, "Problem:\nSolve x/2 = 3.\n\n");
  assertStringIncludes(
    prompt,
    "Steps so far:\n1. **Double:**\n   x = 2 · 3\n\n2. **Multiply** x = 6\n\nWrite step 3.",
  );
  for (const words of ["nothing else", "\\boxed{}"]) assertStringIncludes(prompt, words);
  const first = step("p", []);
  assert(!first.includes("Steps so far:"));
  assertStringIncludes(first, "Write step 1.");
});

Deno.test("step() gives the next title away where it is told, and says so", () => {
  assert(!step("p", STEPS).includes("Its title"));
  assert(
    step("p", STEPS, "Check").endsWith(
      'Its title is "Check": write the reasoning only, not the title again.\n',
    ),
  );
  const untitled = new PromptTemplate("{{problem}} {{steps}}", "mine.md", PROMPT_SLOTS.step);
  const own = promptsOf({ ...builtInTemplates(), step: untitled });
  assertEquals(own.step("p", []), "p\n");
  assertThrows(
    () => own.step("p", [], "Check"),
    InputError,
    "mine.md: expected the slot {{next_title}}, since prompts give the next step's title",
  );
});

Deno.test("steps() says how many steps, and where they begin", () => {
  const prompt = steps("p", STEPS, 4);
  assertStringIncludes(prompt, "by 4 steps");
  assertStringIncludes(prompt, "Go on with step 3.");
});

Deno.test("sentence(), question() and answer() quote what they ask about", () => {
  assertStringIncludes(sentence("p?", "It is."), "Problem:\np?\n\nSolution so far:\nIt is.\n");
  assert(!sentence("p?", "").includes("so far:"));
  assertStringIncludes(question("p?"), "Problem:\np?\n");
  assertStringIncludes(answer("p?"), "\\boxed{}.\n\nProblem:\np?\n");
});
