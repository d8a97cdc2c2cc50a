import { assertEquals, assertThrows } from "@std/assert";
import { type Granularity, steps, tokens } from "../../src/data/granularity/granularity.ts";
import { numberedPrompt } from "../../src/data/numbered_prompt.ts";
import type { PromptFormat } from "../../src/data/prompt_format.ts";
import { MOST_ACTIONS, stepInstances, type StepTargets } from "../../src/data/step_instances.ts";
import type { Trajectory } from "../../src/data/trajectory.ts";
import { InputError } from "../../src/errors.ts";

const trajectory: Trajectory = {
  id: "p1",
  problem: "Solve x/2 = 3.",
  steps: [
    { action: "**Double:** x = 2 · 3", title: "Double" },
    { action: "Multiply." },
    { action: "**Conclusion**", title: "Conclusion" },
    { action: "\\boxed{6}", title: "Answer" },
  ],
  answer: "6",
};

/** Shows what the format was called with. */
const plain: PromptFormat = {
  render: (problem, previous, title) =>
    JSON.stringify([problem, previous.map(({ action }) => action), title ?? null]),
};

Deno.test("stepInstances() makes the steps that targets names into targets", () => {
  const numbers = (targets: StepTargets) =>
    stepInstances(trajectory, { targets }).map(({ step }) => step);
  assertEquals(numbers("1..N-1"), [1, 2, 3]);
  assertEquals(numbers("1..N"), [1, 2, 3, 4]);
  assertEquals(numbers("2..N"), [2, 3, 4]);
});

Deno.test("stepInstances() gives the problem and all earlier steps as context", () => {
  const instances = stepInstances(trajectory, { targets: "1..N", format: plain });
  instances.forEach(({ id, trajectoryId, step, prompt, target }, at) => {
    assertEquals([id, trajectoryId, step], [`p1#${at + 1}`, "p1", at + 1]);
    const earlier = trajectory.steps.slice(0, at).map(({ action }) => action);
    assertEquals(prompt, JSON.stringify([trajectory.problem, earlier, null]));
    assertEquals(target, trajectory.steps[at]!.action);
  });
});

Deno.test("stepInstances() moves the title from the target into the prompt when nextTitle is on", () => {
  const instances = stepInstances(trajectory, { targets: "1..N", format: plain, nextTitle: true });
  assertEquals(instances.map(({ prompt, target }) => [JSON.parse(prompt)[2], target]), [
    ["Double", "x = 2 · 3"],
    // No title to give away; and a step that is its title alone is asked for whole.
    [null, "Multiply."],
    [null, "**Conclusion**"],
    // The source keeps this title apart from the action.
    ["Answer", "\\boxed{6}"],
  ]);
});

Deno.test("stepInstances() writes prompts with numberedPrompt when no format is given", () => {
  assertEquals(
    stepInstances(trajectory, { targets: "2..N" })[0]!.prompt,
    numberedPrompt.render(trajectory.problem, trajectory.steps.slice(0, 1)),
  );
});

Deno.test("stepInstances() gives no instance when one step is all there is and it is no target", () => {
  const single = { ...trajectory, steps: trajectory.steps.slice(0, 1) };
  assertEquals(stepInstances(single, { targets: "1..N-1" }), []);
  assertEquals(stepInstances(single, { targets: "2..N" }), []);
});

/** Ids and targets under a granularity. */
function targetsOf(granularity: Granularity, targets: StepTargets = "1..N", nextTitle = false) {
  const options = { granularity, targets, nextTitle, countTokens: (text: string) => text.length };
  return stepInstances(trajectory, options).map(({ id, target }) => [id, target]);
}

Deno.test("stepInstances() writes several steps as numbered items, the first without a title that is given away", () => {
  assertEquals(targetsOf(steps(3)), [
    ["p1#1-3", "1. **Double:** x = 2 · 3\n\n2. Multiply.\n\n3. **Conclusion**"],
    ["p1#4", "\\boxed{6}"],
  ]);
  assertEquals(targetsOf(steps(2), "2..N"), [["p1#3-4", "3. **Conclusion**\n\n4. \\boxed{6}"]]);
  assertEquals(targetsOf(steps(2), "1..N-1", true), [
    ["p1#1-2", "1. x = 2 · 3\n\n2. Multiply."],
  ]);
  assertEquals(targetsOf(tokens(30)).map(([id]) => id), ["p1#1-2", "p1#3-4"]);
});

Deno.test("stepInstances() joins several steps by lines when the format does not say how", () => {
  const [first] = stepInstances(trajectory, {
    granularity: "whole",
    targets: "1..N",
    format: plain,
  });
  assertEquals(first!.target, trajectory.steps.map(({ action }) => action).join("\n"));
});

Deno.test("stepInstances() makes one instance of a whole solution, and of an answer", () => {
  const [whole, ...none] = stepInstances(trajectory, { granularity: "whole", targets: "1..N" });
  assertEquals(none, []);
  const prompt = numberedPrompt.render(trajectory.problem, [], undefined, { kind: "whole" });
  assertEquals(whole, {
    id: "p1#whole",
    trajectoryId: "p1",
    step: 1,
    steps: [1, 4],
    prompt,
    target: numberedPrompt.join!(trajectory.steps, 1),
    answer: "6",
  });
  assertEquals(stepInstances(trajectory, { granularity: "answer", targets: "1..N" }), [
    {
      ...whole!,
      id: "p1#answer",
      prompt: numberedPrompt.render(trajectory.problem, [], undefined, { kind: "answer" }),
      target: "6",
    },
  ]);
  const open = { ...trajectory, answer: "" };
  assertEquals(stepInstances(open, { granularity: "answer", targets: "1..N" }), []);
  const single = { ...trajectory, steps: trajectory.steps.slice(1, 2) };
  const [one] = stepInstances(single, { granularity: "whole", targets: "1..N" });
  assertEquals(one!.target, "1. Multiply.");
});

Deno.test("stepInstances() asks for sentences behind what stands of their step", () => {
  const told: Trajectory = {
    ...trajectory,
    steps: [
      { action: "**Double.** Double it. So x = 6.", title: "Double" },
      { action: "It is 6. Done.", observation: "right" },
    ],
  };
  const options = { granularity: "sentence", targets: "1..N" } as const;
  const instances = stepInstances(told, options);
  assertEquals(instances.map(({ id, step, steps, target }) => [id, step, steps, target]), [
    ["p1#1.1", 1, [1, 1], "**Double.** Double it."],
    ["p1#1.2", 1, [1, 1], "So x = 6."],
    ["p1#2.1", 2, [2, 2], "It is 6."],
    ["p1#2.2", 2, [2, 2], "Done."],
  ]);
  const asked = { kind: "sentence", omitted: 0, titled: true } as const;
  const { problem, steps } = told;
  const render = (...rest: [number, string, string?]) => {
    const [before, begun, title] = rest;
    return numberedPrompt.render(problem, steps.slice(0, before), title, { ...asked, begun });
  };
  assertEquals(instances.map(({ prompt }) => prompt), [
    render(0, ""),
    render(0, "**Double.** Double it."),
    render(1, ""),
    render(1, "It is 6."),
  ]);
  const [titled] = stepInstances(told, { ...options, nextTitle: true });
  assertEquals([titled!.target, titled!.prompt], ["Double it.", render(0, "", "Double")]);
});

Deno.test("stepInstances() shows the last actions only where it is told so, and the problem always", () => {
  const all = stepInstances(trajectory, { targets: "1..N", format: plain });
  const last = stepInstances(trajectory, { targets: "1..N", format: plain, context: { last: 1 } });
  assertEquals(last.slice(0, 2), all.slice(0, 2));
  assertEquals(JSON.parse(last[3]!.prompt), ["Solve x/2 = 3.", ["**Conclusion**"], null]);
  assertEquals(last.map(({ target }) => target), all.map(({ target }) => target));
});

Deno.test("stepInstances() refuses options that mean nothing together", () => {
  assertThrows(
    () => stepInstances(trajectory, { granularity: "whole", targets: "2..N" }),
    InputError,
    'targets: expected "1..N" with granularity "whole": there is one action',
  );
});

Deno.test("stepInstances() writes a prompt when it is read, so that a long solution takes no more than its length", () => {
  let written = 0;
  const format = {
    render: (problem: string, shown: readonly { action: string }[]) => {
      written++;
      return `${problem}${shown.length}`;
    },
  };
  const steps = Array.from({ length: MOST_ACTIONS }, (_, i) => ({ action: `x = ${i}` }));
  const long = { id: "p", problem: "p", steps, answer: "" };
  const instances = stepInstances(long, { targets: "1..N", format });
  assertEquals([instances.length, written], [MOST_ACTIONS, 0]);
  assertEquals([instances[7]!.prompt, { ...instances[9]! }.prompt, written], ["p7", "p9", 2]);
});

Deno.test("stepInstances() refuses more actions than anybody could train on", () => {
  const action = "One. ".repeat(MOST_ACTIONS + 1);
  const hostile = { id: "p", problem: "p", steps: [{ action }], answer: "" };
  assertThrows(
    () => stepInstances(hostile, { granularity: "sentence", targets: "1..N" }),
    InputError,
    "found 10001 actions in one solution; expected at most 10000",
  );
});
