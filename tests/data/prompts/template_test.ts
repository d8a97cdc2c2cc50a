import { assert, assertEquals, assertThrows } from "@std/assert";
import { PromptTemplate } from "../../../src/data/prompts/template.ts";
import { InputError } from "../../../src/errors.ts";

const SLOTS = { required: ["problem"], optional: ["steps", "next_title"] };
const made = (text: string) => new PromptTemplate(text, "mine.md", SLOTS);
const ALL = { problem: "p", steps: "s", next_title: "t" };

Deno.test("PromptTemplate.fill() puts values into their slots, wherever and as often as they stand", () => {
  const template = made("a {{problem}} b {{ steps }}\n{{problem}}{{next_title}}");
  assertEquals(template.fill(ALL), "a p b s\npt");
  assertEquals([...template.slots], ["problem", "steps", "next_title"]);
});

Deno.test("PromptTemplate.fill() takes what is in a value for data, whatever it is", () => {
  const template = made("{{problem}}|{{steps}}");
  for (
    const problem of ["{{steps}}", "{{", "}}", "$& $1 $$", "{{problem}} {% x %}", "\\boxed{{1}}"]
  ) {
    assertEquals(template.fill({ ...ALL, problem }), `${problem}|s`);
  }
  assertEquals(template.fill({ ...ALL, problem: "  a\n\n\nb \n" }), "a\n\n\nb|s");
});

Deno.test("PromptTemplate.fill() leaves out paragraphs whose slots are all empty, and no others", () => {
  const template = made(
    "Problem: {{problem}}\n\nSteps:\n{{steps}}\n\n\nNo slot.\n\n{{next_title}}{{steps}}",
  );
  assertEquals(template.fill(ALL), "Problem: p\n\nSteps:\ns\n\nNo slot.\n\nts");
  assertEquals(template.fill({ ...ALL, steps: "" }), "Problem: p\n\nNo slot.\n\nt");
  assertEquals(template.fill({ ...ALL, steps: " \n" }), "Problem: p\n\nNo slot.\n\nt");
  assertEquals(template.fill({ ...ALL, steps: "", next_title: "" }), "Problem: p\n\nNo slot.");
  assertThrows(() => template.fill({ problem: "p" }), TypeError, "no value for {{steps}}");
});

Deno.test("PromptTemplate reads files as editors write them", () => {
  assertEquals(made("\ufeff{{problem}}\r\n \r\nb\r\n\r\n").fill(ALL), "p\n\nb");
  assertEquals(
    made("{{problem}} \\boxed{\\frac{1}{2}} {a}").fill(ALL),
    "p \\boxed{\\frac{1}{2}} {a}",
  );
  assertEquals(made("\\boxed{{{problem}}}").fill(ALL), "\\boxed{p}");
});

Deno.test("PromptTemplate refuses unknown, missing and broken slots, naming file, line and slot", () => {
  const cases: [string, string][] = [
    ["{{problem}}\n\n{{stepz}}", "mine.md:3: unknown slot {{stepz}}; did you mean {{steps}}?"],
    [
      "{{x}}",
      "mine.md:1: unknown slot {{x}}; expected {{problem}}, {{steps}}, {{next_title}}",
    ],
    ["{{}}", "mine.md:1: unknown slot {{}}; expected"],
    ["{{steps}}", "mine.md: expected the slot {{problem}}, found none of this name"],
    ["", "mine.md: expected the slot {{problem}}, found none of this name"],
    ["{{problem}}\n{{problem\n}}", "mine.md:2: found {{ that begins no slot; expected {{name}}"],
  ];
  for (const [text, message] of cases) assertThrows(() => made(text), InputError, message);
  const none = { required: [], optional: [] };
  assertThrows(
    () => new PromptTemplate("{{problem}}", "system.md", none),
    InputError,
    "system.md:1: unknown slot {{problem}}; this template has no slots",
  );
  assertEquals(new PromptTemplate(" \n", "system.md", none).fill({}), "");
});

Deno.test("PromptTemplate takes linear time when template or value is long", () => {
  const start = performance.now();
  const text = "{".repeat(1_000_000);
  assertEquals(made("{{problem}}").fill({ ...ALL, problem: text }), text);
  assertThrows(() => made(text), InputError, "begins no slot");
  assertEquals(made(`{{problem}}${" }}".repeat(300_000)}`).fill(ALL).length, 900_001);
  assert(performance.now() - start < 5000);
});
