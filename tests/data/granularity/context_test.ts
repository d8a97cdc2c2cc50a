import { assertEquals } from "@std/assert";
import { actionsBySentence } from "../../../src/data/granularity/by_sentence.ts";
import { actionsByStep } from "../../../src/data/granularity/by_step.ts";
import { contextOf } from "../../../src/data/granularity/context.ts";

const STEPS = [
  { action: "A. B.", title: "T", observation: "o1" },
  { action: "C. D.", observation: "o2" },
  { action: "E. F. G." },
];

Deno.test("contextOf() shows all steps before, with their observations", () => {
  const steps = actionsByStep(STEPS, 1);
  assertEquals(contextOf(STEPS, steps, 0, "all"), { steps: [], begun: "", omitted: 0 });
  assertEquals(contextOf(STEPS, steps, 2, "all"), {
    steps: STEPS.slice(0, 2),
    begun: "",
    omitted: 0,
  });
});

Deno.test("contextOf() counts actions, not steps", () => {
  const steps = [...STEPS, ...STEPS];
  const pairs = actionsByStep(steps, 2);
  assertEquals(contextOf(steps, pairs, 2, { last: 1 }), {
    steps: steps.slice(2, 4),
    begun: "",
    omitted: 2,
  });
  assertEquals(contextOf(steps, pairs, 2, { last: 9 }), contextOf(steps, pairs, 2, "all"));
});

Deno.test("contextOf() shows of sentences the step that they are of, from the first one shown", () => {
  const sentences = actionsBySentence(STEPS);
  const shown = (at: number, last: number) => contextOf(STEPS, sentences, at, { last });
  assertEquals(contextOf(STEPS, sentences, 1, "all"), { steps: [], begun: "A.", omitted: 0 });
  assertEquals(contextOf(STEPS, sentences, 6, "all"), {
    steps: STEPS.slice(0, 2),
    begun: "E. F.",
    omitted: 0,
  });
  assertEquals(shown(6, 1), { steps: [], begun: "F.", omitted: 2 });
  assertEquals(shown(6, 3), {
    steps: [{ action: "D.", observation: "o2" }],
    begun: "E. F.",
    omitted: 1,
  });
  assertEquals(shown(4, 1), {
    steps: [{ action: "D.", observation: "o2" }],
    begun: "",
    omitted: 1,
  });
  assertEquals(shown(4, 2), { steps: [STEPS[1]!], begun: "", omitted: 1 });
});
