import { assertEquals } from "@std/assert";
import { adviceOn, MAPPING_NAMES, MAPPINGS } from "../../../src/data/mappings/mappings.ts";

Deno.test("adviceOn() names the mapping whose fields a row has", () => {
  const cases: [unknown, string][] = [
    [{ question: "q", deepseek_attempt: "a", solution: "s" }, "s1k"],
    [{ messages: [], instance_id: "r" }, "swe-smith"],
    [{ messages: "[]" }, "swe-smith"],
    [{ question: "q", answer: "a\n#### 3" }, "gsm8k"],
    [{ question: "q", final_answer: ["3"] }, "olympiadbench"],
    [{ question: "q", answer: "Q? ** a\n#### 3" }, "gsm8k-socratic"],
  ];
  for (const [row, name] of cases) assertEquals(adviceOn(row), `mapping "${name}" reads such rows`);
});

Deno.test("adviceOn() says that an answer alone has no steps, and nothing of what it does not know", () => {
  const measured =
    "such rows are problems with an answer alone, as benchmarks have: there are no steps to learn from";
  assertEquals(adviceOn({ problem: "p", answer: 27 }), measured);
  assertEquals(adviceOn({ question: "p", answer: "27", url: "u" }), measured);
  for (const row of [null, 7, {}, { text: "x" }, { problem: "p" }]) assertEquals(adviceOn(row), "");
});

Deno.test("MAPPINGS names a place and no stack for every row that is none", () => {
  assertEquals(MAPPING_NAMES, [
    "generic",
    "s1k",
    "gsm8k",
    "gsm8k-socratic",
    "olympiadbench",
    "swe-smith",
  ]);
  for (const mapping of Object.values(MAPPINGS)) {
    for (const row of [undefined, null, 1, "x", [], {}, { messages: [null] }, { question: {} }]) {
      let message = "";
      try {
        mapping.map(row, "f:1");
      } catch (error) {
        message = (error as Error).message;
      }
      assertEquals(message.startsWith("f:1: "), true, message);
    }
  }
});
