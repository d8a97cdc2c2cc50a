import { assertEquals } from "@std/assert";
import { numberedPrompt } from "../../src/data/numbered_prompt.ts";
import type { PromptFormat } from "../../src/data/prompt_format.ts";
import { stepInstances, type StepTargets } from "../../src/data/step_instances.ts";
import type { Trajectory } from "../../src/data/trajectory.ts";

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
  const steps = (targets: StepTargets) =>
    stepInstances(trajectory, { targets }).map(({ step }) => step);
  assertEquals(steps("1..N-1"), [1, 2, 3]);
  assertEquals(steps("1..N"), [1, 2, 3, 4]);
  assertEquals(steps("2..N"), [2, 3, 4]);
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
