import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Learner, type LearnerOptions } from "../../src/algorithms/learner.ts";
import type { Objective } from "../../src/algorithms/objective.ts";
import { pack, type PackedBatch } from "../../src/policy/packing.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { Scorer } from "../../src/policy/scorer.ts";
import golden from "../golden/learner.json" with { type: "json" };
import { CAN_MEASURE, peakOf } from "../peak_memory.ts";
import { gap, goldenPolicy, randomIds } from "../policy/golden.ts";

const OPTIONS: LearnerOptions = {
  betas: [0.9, 0.95],
  epsilon: 1e-8,
  weightDecay: 0,
  maxGradNorm: 1,
  temperature: 1,
  threads: 1,
};

interface Tag {
  old: readonly number[];
  reference: readonly number[];
  advantage: number;
  completion: number;
}

type Columns = (batch: PackedBatch<Tag>) => Record<string, number[]>;

/** One update; what it came to, and the log-probabilities before it, by completion. */
async function update(
  learner: Learner,
  batches: readonly PackedBatch<Tag>[],
  columns: Columns,
  learningRate: number,
): Promise<{ loss: number; gradNorm: number; logProbs: number[][] }> {
  let loss = 0;
  const logProbs: number[][] = [];
  for (const batch of batches) {
    const result = await learner.accumulate(batch, columns(batch));
    loss += result.loss;
    batch.entries.forEach(({ tag, index }, i) => {
      (logProbs[tag.completion] ??= [])[index] = result.logProbs[i]!;
    });
  }
  return { loss, gradNorm: (await learner.step(learningRate))!, logProbs };
}

/** Every token of the batch weighs the same. */
function columnsOf(count: number): Columns {
  return ({ entries }) => ({
    weights: entries.map(() => 1 / count),
    advantages: entries.map(({ tag }) => tag.advantage),
    old: entries.map(({ tag, index }) => tag.old[index]!),
    reference: entries.map(({ tag, index }) => tag.reference[index]!),
  });
}

golden.cases.forEach((setting, at) => {
  const { kind, temperature, weightDecay, maxGradNorm, learningRate } = setting;
  const against = kind === "likelihood" ? "PyTorch" : "TRL";
  Deno.test(`Learner makes the updates of ${against} with AdamW (${kind} ${at})`, async () => {
    using policy = await goldenPolicy("llama");
    const objective: Objective = kind === "likelihood" ? { kind } : {
      kind: "surrogate",
      clipLow: setting.clipLow!,
      clipHigh: setting.clipHigh!,
      klCoefficient: setting.klCoefficient!,
    };
    using learner = new Learner(policy.config, policy.weights, objective, {
      ...OPTIONS,
      temperature,
      weightDecay,
      maxGradNorm,
    });
    const groups = golden.groups.map((members, g) => ({
      prompt: golden.prompts[g]!,
      completions: members.map((completion) => ({
        tokens: golden.completions[completion]!,
        tag: {
          old: setting.old[completion]!,
          reference: setting.reference[completion]!,
          advantage: golden.advantages[completion]!,
          completion,
        },
      })),
    }));
    const count = golden.completions.flat().length;
    // Two micro-batches; several updates on the one batch.
    const batches = pack(groups, { maxTokens: 32 });
    assert(batches.length > 1);
    for (const [i, expected] of setting.updates.entries()) {
      const found = await update(learner, batches, columnsOf(count), learningRate);
      // Adam divides small gradients by themselves: what float32 rounds off grows from update to update.
      const tolerance = 1e-5 * 10 ** i;
      const close = (a: number, b: number) =>
        assertAlmostEquals(a, b, tolerance * Math.max(1, Math.abs(b)), `update ${i}`);
      close(found.loss, expected.loss);
      close(found.gradNorm, expected.gradNorm);
      found.logProbs.forEach((list, c) =>
        list.forEach((x, t) => close(x, expected.logProbs[c]![t]!))
      );
    }
  });
});

/** A batch of ragged groups. */
function someGroups() {
  return [5, 12, 9, 20].map((length, g) => ({
    prompt: randomIds(length, 40, "learner", g),
    completions: [3, 8, 1].map((n, c) => ({
      tokens: randomIds(n, 40, "learner", g, c),
      tag: {
        old: Array(n).fill(-3),
        reference: Array(n).fill(-4),
        advantage: c - 1,
        completion: 3 * g + c,
      },
    })),
  }));
}

const SURROGATE: Objective = { kind: "surrogate", clipLow: 9, clipHigh: 9, klCoefficient: 0.01 };

Deno.test("Learner makes the same step of a whole batch and of micro-batches", async () => {
  const weightsAfter = async (maxTokens: number) => {
    using policy = await goldenPolicy("qwen2");
    using learner = new Learner(policy.config, policy.weights, SURROGATE, OPTIONS);
    const batches = pack(someGroups(), { maxTokens });
    const { gradNorm } = await update(learner, batches, columnsOf(48), 1e-3);
    return { batches: batches.length, gradNorm, weights: policy.copyWeights() };
  };
  const whole = await weightsAfter(512);
  assertEquals(whole.batches, 1);
  for (const maxTokens of [64, 31]) {
    const parts = await weightsAfter(maxTokens);
    assert(parts.batches > 1);
    assertAlmostEquals(parts.gradNorm, whole.gradNorm, 1e-5 * whole.gradNorm);
    let [difference, total] = [0, 0];
    for (const [name, data] of whole.weights) {
      const other = parts.weights.get(name)!;
      data.forEach((x, i) => {
        difference += (x - other[i]!) ** 2;
        total += x ** 2;
      });
    }
    assert(Math.sqrt(difference / total) < 1e-5, `${Math.sqrt(difference / total)}`);
  }
});

Deno.test("Learner forgets gradients with every step", async () => {
  using policy = await goldenPolicy("llama");
  using learner = new Learner(policy.config, policy.weights, { kind: "likelihood" }, OPTIONS);
  const batches = pack(someGroups(), { maxTokens: 512 });
  const columns: Columns = ({ entries }) => ({ weights: entries.map(() => 1 / 48) });
  const first = await update(learner, batches, columns, 0);
  const second = await update(learner, batches, columns, 0);
  assertEquals(second, first);
  assertEquals(await learner.step(0), 0);
});

Deno.test("Learner changes nothing but the weights, and those at a rate above 0 only", async () => {
  using policy = await goldenPolicy("qwen2");
  const before = policy.copyWeights();
  const run = async (policy: Policy, learningRate: number) => {
    using learner = new Learner(policy.config, policy.weights, SURROGATE, {
      ...OPTIONS,
      weightDecay: 0.1,
    });
    await update(learner, pack(someGroups(), { maxTokens: 512 }), columnsOf(48), learningRate);
  };
  await run(policy, 0);
  assertEquals(policy.copyWeights(), before);
  await run(policy, 1e-3);
  for (const [name, data] of before) {
    const moved = gap(policy.weights.get(name)!.data, data);
    assert(moved > 1e-4 && moved < 2e-3, `${name} moved by ${moved}`);
  }
});

Deno.test("Learner is not disturbed by entries that only fill a shape", async () => {
  using policy = await goldenPolicy("llama");
  policy.weights.get("head")!.data.forEach((x, i, data) => data[i] = 40 * x);
  using scorer = new Scorer(policy.config, policy.weights, OPTIONS);
  const [batch] = pack(someGroups().slice(0, 1), { maxTokens: 512 });
  const scores = [...await scorer.score(batch!)];
  // A prediction of zeros against a reference of 0 would have a KL term beyond float32.
  const first = batch!.ids[0]!;
  const zeros = [{ prompt: [first], completions: [{ tokens: [0], tag: 0 }] }];
  assert((await scorer.score(pack(zeros, { maxTokens: 32 })[0]!))[0]! < -100);
  using learner = new Learner(policy.config, policy.weights, SURROGATE, OPTIONS);
  const columns = { ...columnsOf(12)(batch!), old: scores, reference: scores };
  const { loss } = await learner.accumulate(batch!, columns);
  assert(Number.isFinite(loss) && Number.isFinite(await learner.step(1e-3)));
});

Deno.test("Learner with recompute makes the same updates to the bit, of an adapter with dropout too", async () => {
  const lora = { rank: 2, alpha: 4, dropout: 0.2, targetModules: ["v_proj", "up_proj"] } as const;
  for (const adapted of [false, true]) {
    const after = async (recompute: boolean) => {
      using policy = await goldenPolicy("qwen2");
      const adapter = adapted ? policy.adapt(lora, 1) : null;
      const options = { ...OPTIONS, recompute };
      using learner = new Learner(policy.config, policy.weights, SURROGATE, options, adapter);
      const batches = pack(someGroups(), { maxTokens: 64 });
      const updates = [];
      for (let i = 0; i < 2; i++) {
        updates.push(await update(learner, batches, columnsOf(48), 1e-3));
      }
      return { updates, weights: policy.copyWeights() };
    };
    assertEquals(await after(true), await after(false));
  }
});

Deno.test({
  name: "Learner with recompute takes less than half of the memory that many layers take",
  ignore: !CAN_MEASURE,
  fn: async () => {
    const peak = async (recompute: boolean) =>
      (await peakOf(
        `
        import { Learner } from "src/algorithms/learner.ts";
        import { pack } from "src/policy/packing.ts";
        import { randomWeights } from "src/policy/weights.ts";
        const config = {
          vocabSize: 64, hiddenSize: 64, intermediateSize: 256, layers: 12, heads: 4, kvHeads: 2, headDim: 16,
          ropeTheta: 10000, rmsNormEps: 1e-6, attentionBias: true, tieWordEmbeddings: true, maxPositions: 256,
          bosTokenId: null, eosTokenIds: [1], padTokenId: 0,
        };
        const options = ${JSON.stringify({ ...OPTIONS, recompute })};
        const learner = new Learner(config, randomWeights(config, 1, 0.02), { kind: "likelihood" }, options);
        const tokens = Array.from({ length: 256 }, (_, i) => i % 64);
        const groups = Array.from({ length: 8 }, () => ({ prompt: [3], completions: [{ tokens, tag: 0 }] }));
        const [batch] = pack(groups, { maxTokens: 2048 });
        const weights = new Float32Array(batch.labels.length).fill(1 / batch.labels.length);
        `,
        `await learner.accumulate(batch, { weights });`,
      )).above;
    const [kept, again] = [await peak(false), await peak(true)];
    assert(again < kept / 2, `${again} bytes, ${kept} without`);
  },
});
