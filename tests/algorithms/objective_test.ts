import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { gradients } from "../../src/engine/autodiff.ts";
import { Graph } from "../../src/engine/graph.ts";
import { HostTensor } from "../../src/engine/ort/ort.ts";
import { Program } from "../../src/engine/program.ts";
import { addLoss, type Objective, objectiveInputs } from "../../src/algorithms/objective.ts";
import golden from "../golden/objective.json" with { type: "json" };

/** The loss and its gradient with respect to the log-probabilities. */
function evaluate(
  objective: Objective,
  columns: Readonly<Record<string, readonly number[]>>,
): { loss: number; gradient: number[] } {
  const count = columns["logProbs"]!.length;
  const graph = new Graph();
  const logProbs = graph.input("logProbs", "float32", [count]);
  const loss = addLoss(graph, objective, logProbs);
  graph.output("loss", loss);
  graph.output("gradient", gradients(loss, [logProbs])[0]!);
  using program = new Program(graph, { threads: 1 });
  const names = ["logProbs", ...objectiveInputs(objective)];
  const inputs = Object.fromEntries(
    names.map((name) => [
      name,
      new HostTensor("float32", [count], Float32Array.from(columns[name]!)),
    ]),
  );
  using out = HostTensor.zeros("float32", []);
  using gradient = HostTensor.zeros("float32", [count]);
  {
    using binding = program.bind(inputs, { loss: out, gradient });
    binding.run();
  }
  Object.values(inputs).forEach((tensor) => tensor[Symbol.dispose]());
  return { loss: out.data[0]!, gradient: [...gradient.data] };
}

Deno.test("addLoss() gives TRL's GRPO loss and gradient, on every side of the clip range", () => {
  for (const expected of golden) {
    const { clipLow, clipHigh, klCoefficient, loss, gradient } = expected;
    const { logProbs, old, reference, advantages } = expected;
    const count = logProbs.length;
    const weights = Array(count).fill(1 / count);
    const objective = { kind: "surrogate", clipLow, clipHigh, klCoefficient } as const;
    const columns = { logProbs, old, reference, advantages, weights };
    const found = evaluate(objective, columns);
    assertAlmostEquals(found.loss, loss, 1e-6);
    gradient.forEach((g, i) =>
      assertAlmostEquals(found.gradient[i]!, g, 1e-7 + 1e-5 * Math.abs(g))
    );
    // More gradients are cut off than those without an advantage.
    if (klCoefficient === 0) assert(gradient.filter((g) => g === 0).length > 9);
  }
});

Deno.test("addLoss() of likelihood is the weighted sum of what was not said", () => {
  const columns = { logProbs: [-1, -2, -4], weights: [0.5, 0.25, 0] };
  const { loss, gradient } = evaluate({ kind: "likelihood" }, columns);
  assertEquals([loss, ...gradient], [1, -0.5, -0.25, -0]);
});

Deno.test("addLoss() adds a KL penalty that is never negative, and nothing where the policies agree", () => {
  const objective = { kind: "surrogate", clipLow: 0.2, clipHigh: 0.2, klCoefficient: 2 } as const;
  const columns = (reference: number) => ({
    logProbs: [-1],
    old: [-1],
    reference: [reference],
    weights: [1],
    advantages: [0],
  });
  const equal = evaluate(objective, columns(-1));
  assertEquals([equal.loss + 0, equal.gradient[0]! + 0], [0, 0]);
  const above = evaluate(objective, columns(-0.5));
  assertAlmostEquals(above.loss, 2 * (Math.exp(0.5) - 0.5 - 1), 1e-6);
  assert(above.gradient[0]! < 0); // a step down the gradient brings the policy nearer
  const below = evaluate(objective, columns(-3));
  assert(below.loss > 0 && below.gradient[0]! > 0);
});

Deno.test("objectiveInputs() asks for no reference where there is no KL term", () => {
  const surrogate = { kind: "surrogate", clipLow: 0.2, clipHigh: 0.2 } as const;
  assertEquals(objectiveInputs({ kind: "likelihood" }), ["weights"]);
  assertEquals(objectiveInputs({ ...surrogate, klCoefficient: 0 }), [
    "weights",
    "advantages",
    "old",
  ]);
  assertEquals(objectiveInputs({ ...surrogate, klCoefficient: 0.1 }).at(-1), "reference");
});
