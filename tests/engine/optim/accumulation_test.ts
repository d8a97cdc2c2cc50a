/** @file Gradients added up over micro-batches, through a whole policy. */
import { assert, assertEquals } from "@std/assert";
import { Learner } from "../../../src/algorithms/learner.ts";
import { type Objective, objectiveInputs } from "../../../src/algorithms/objective.ts";
import type { PolicyConfig } from "../../../src/policy/config.ts";
import { pack, type PromptGroup } from "../../../src/policy/packing.ts";
import { randomWeights } from "../../../src/policy/weights.ts";
import { Rng } from "../../../src/random/rng.ts";

const CONFIG: PolicyConfig = {
  vocabSize: 24,
  hiddenSize: 32,
  intermediateSize: 48,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headDim: 8,
  ropeTheta: 10_000,
  ropeScaling: null,
  rmsNormEps: 1e-6,
  attentionBias: true,
  qkNorm: false,
  tieWordEmbeddings: true,
  maxPositions: 64,
  bosTokenId: null,
  eosTokenIds: [],
  padTokenId: null,
};

const OBJECTIVES: Record<string, Objective> = {
  likelihood: { kind: "likelihood" },
  surrogate: { kind: "surrogate", clipLow: 0.2, clipHigh: 0.3, klCoefficient: 0.05 },
};

/** Numbers of one completion, by its number. */
const COLUMNS: Record<string, (completion: number) => number> = {
  weights: (c) => (1 + c % 3) / 40,
  advantages: (c) => c % 2 === 0 ? 1 : -0.5,
  old: (c) => -3.2 + c % 5 / 20,
  reference: (c) => -3.1 - c % 4 / 20,
};

function groups(): PromptGroup<number>[] {
  const rng = new Rng("groups");
  const tokens = (length: number) => Array.from({ length }, () => rng.integer(CONFIG.vocabSize));
  let tag = 0;
  return Array.from({ length: 6 }, () => ({
    prompt: tokens(3 + rng.integer(6)),
    completions: Array.from(
      { length: 4 },
      () => ({ tokens: tokens(1 + rng.integer(5)), tag: tag++ }),
    ),
  }));
}

/** What one update adds to the weights; with this epsilon it is the gradient times a constant. */
async function stepOf(objective: Objective, maxTokens: number, threads: number) {
  const weights = randomWeights(CONFIG, 3, 0.3);
  const before = new Map([...weights].map(([name, t]) => [name, t.data.slice()]));
  using learner = new Learner(CONFIG, weights, objective, {
    betas: [0, 0],
    epsilon: 1e6,
    weightDecay: 0,
    maxGradNorm: 1e9,
    temperature: 0.7,
    threads,
  });
  const batches = pack(groups(), { maxTokens });
  let loss = 0;
  for (const batch of batches) {
    const columns = Object.fromEntries(
      objectiveInputs(objective).map((name) => [
        name,
        batch.entries.map(({ tag }) => COLUMNS[name]!(tag)),
      ]),
    );
    loss += (await learner.accumulate(batch, columns)).loss;
  }
  const norm = await learner.step(1e6);
  const step = new Map([...weights].map(([name, t]) => {
    const found = t.data.map((x, i) => x - before.get(name)![i]!);
    t[Symbol.dispose]();
    return [name, found];
  }));
  return { batches: batches.length, loss, norm, step };
}

function relativeDifference(
  found: ReadonlyMap<string, Float32Array>,
  expected: ReadonlyMap<string, Float32Array>,
): number {
  let [difference, size] = [0, 0];
  for (const [name, data] of expected) {
    data.forEach((x, i) => {
      difference += (found.get(name)![i]! - x) ** 2;
      size += x ** 2;
    });
  }
  return Math.sqrt(difference / size);
}

for (const [name, objective] of Object.entries(OBJECTIVES)) {
  Deno.test(`micro-batches add up to the step of the whole batch (${name})`, async () => {
    const whole = await stepOf(objective, 512, 1);
    assertEquals(whole.batches, 1);
    for (const maxTokens of [48, 24]) {
      const parts = await stepOf(objective, maxTokens, 1);
      assert(parts.batches > 1);
      const differences = {
        loss: Math.abs(parts.loss / whole.loss - 1),
        norm: Math.abs(parts.norm! / whole.norm! - 1),
        step: relativeDifference(parts.step, whole.step),
      };
      for (const [what, difference] of Object.entries(differences)) {
        assert(
          difference <= 1e-5,
          `${parts.batches} micro-batches: ${what} differs by ${difference}`,
        );
      }
    }
  });
}

Deno.test("an update on two threads is the same every time, and that of one thread", async () => {
  const one = await stepOf(OBJECTIVES.surrogate!, 64, 1);
  const two = await stepOf(OBJECTIVES.surrogate!, 64, 2);
  const again = await stepOf(OBJECTIVES.surrogate!, 64, 2);
  assertEquals(again, two);
  assert(relativeDifference(two.step, one.step) <= 1e-5);
});
