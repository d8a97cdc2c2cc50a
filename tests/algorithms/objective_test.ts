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
      name === "segments"
        ? new HostTensor("int32", [count], Int32Array.from(columns[name]!))
        : new HostTensor("float32", [count], Float32Array.from(columns[name]!)),
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

/** Three completions of 2, 1 and 2 tokens. */
const SEQUENCES = {
  logProbs: [-1, -2, -1.5, -3, -1],
  old: [-1.2, -1.9, -1.5, -2.5, -1.5],
  advantages: [2, 2, 1, -1, -1],
  weights: [0.25, 0.25, 0.5, 0.25, 0.25],
  segments: [0, 0, 2, 3, 3],
};

Deno.test("addLoss() of sequences gives the tokens of one completion one ratio, and none to padding", () => {
  const objective = {
    kind: "surrogate",
    ratio: "sequence",
    clipLow: 9,
    clipHigh: 9,
    klCoefficient: 0,
  } as const;
  const { loss, gradient } = evaluate(objective, SEQUENCES);
  const ratio = Math.exp(0.05); // of the first; that of the others is 1
  assertAlmostEquals(loss, -(0.5 * 2 * ratio + 0.5 * 1 - 0.5 * 1), 1e-6);
  const expected = [-0.5 * ratio, -0.5 * ratio, -0.5, 0.25, 0.25];
  expected.forEach((g, i) => assertAlmostEquals(gradient[i]!, g, 1e-6));
  // Padding repeats the first entry, in its segment, with a weight of 0.
  const padded = Object.fromEntries(
    Object.entries(SEQUENCES).map(([name, values]) => [
      name,
      [...values, ...Array(3).fill(name === "weights" ? 0 : values[0]!)],
    ]),
  );
  const found = evaluate(objective, padded);
  assertAlmostEquals(found.loss, loss, 1e-6);
  assertEquals(found.gradient.slice(0, 5), gradient);
  assertEquals(found.gradient.slice(5).map(Math.abs), [0, 0, 0]);
});

Deno.test("addLoss() of cispo bounds the weight of a token, and leaves it a gradient", () => {
  const objective = { kind: "cispo", clipHigh: 0.5, klCoefficient: 0 } as const;
  const columns = {
    logProbs: [-1, -1, -2],
    old: [-3, -1, -1],
    advantages: [1, 1, -2],
    weights: [0.5, 0.25, 0.25],
  };
  const { loss, gradient } = evaluate(objective, columns);
  const low = Math.exp(-1);
  assertAlmostEquals(loss, -(0.5 * 1.5 * -1 + 0.25 * -1 + 0.25 * low * -2 * -2), 1e-6);
  [-0.5 * 1.5, -0.25, 0.5 * low].forEach((g, i) => assertAlmostEquals(gradient[i]!, g, 1e-6));
});

Deno.test("addLoss() multiplies the KL term by the ratio where its estimator is to be unbiased", () => {
  const columns = {
    logProbs: [-1],
    old: [-1],
    reference: [-1.5],
    weights: [1],
    advantages: [0],
  };
  const surrogate = { kind: "surrogate", clipLow: 0.2, clipHigh: 0.2, klCoefficient: 2 } as const;
  const k3 = evaluate(surrogate, columns);
  assertEquals(evaluate({ ...surrogate, klEstimator: "k3" }, columns), k3);
  const unbiased = evaluate({ ...surrogate, klEstimator: "unbiased" }, columns);
  // At a ratio of 1 the value is the same, and the gradient that of log(policy / reference).
  assertAlmostEquals(unbiased.loss, k3.loss, 1e-6);
  assertAlmostEquals(k3.gradient[0]!, 2 * (1 - Math.exp(-0.5)), 1e-6);
  assertAlmostEquals(unbiased.gradient[0]!, 2 * 0.5, 1e-6);
});

Deno.test("objectiveInputs() asks for segments where ratios are of sequences", () => {
  const sequence = { kind: "surrogate", ratio: "sequence", clipLow: 1, clipHigh: 1 } as const;
  assertEquals(objectiveInputs({ ...sequence, klCoefficient: 1 }), [
    "weights",
    "advantages",
    "old",
    "segments",
    "reference",
  ]);
  assertEquals(objectiveInputs({ ...sequence, ratio: "token", klCoefficient: 0 }).length, 3);
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
