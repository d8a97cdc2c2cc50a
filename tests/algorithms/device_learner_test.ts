import { assert, assertEquals, assertRejects } from "@std/assert";
import { Learner, type LearnerOptions } from "../../src/algorithms/learner.ts";
import type { Objective } from "../../src/algorithms/objective.ts";
import { Device } from "../../src/engine/device.ts";
import { parsePolicyConfig } from "../../src/policy/config_json.ts";
import { pack } from "../../src/policy/packing.ts";
import { randomWeights, type Weights } from "../../src/policy/weights.ts";
import { useSoftwareVulkan, WITHOUT_VULKAN } from "../vulkan/driver.ts";

const ignore = WITHOUT_VULKAN !== null;
const why = ignore ? ` (${WITHOUT_VULKAN})` : "";

const CONFIG = parsePolicyConfig({
  model_type: "qwen3",
  vocab_size: 40,
  hidden_size: 32,
  intermediate_size: 48,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  head_dim: 16,
  max_position_embeddings: 64,
  tie_word_embeddings: true,
}, "config.json");

const OPTIONS: LearnerOptions = {
  betas: [0.9, 0.95],
  epsilon: 1e-8,
  weightDecay: 0.1,
  maxGradNorm: 0.5,
  temperature: 0.8,
  threads: 1,
};

const BATCHES = pack([
  { prompt: [3, 1, 4], completions: [{ tokens: [1, 5, 9], tag: 1 }, { tokens: [2, 6], tag: -1 }] },
  { prompt: [5, 3], completions: [{ tokens: [5, 8, 9, 7, 9], tag: 0.5 }] },
], { maxTokens: 32 });

const OBJECTIVES: readonly Objective[] = [
  { kind: "likelihood" },
  { kind: "surrogate", clipLow: 0.2, clipHigh: 0.28, klCoefficient: 0.05 },
  { kind: "surrogate", ratio: "sequence", clipLow: 0.2, clipHigh: 0.28, klCoefficient: 0 },
];

async function updates(learner: Learner, count: number) {
  const seen: { loss: number; norm: number; logProbs: number[] }[] = [];
  for (let step = 0; step < count; step++) {
    let loss = 0;
    const logProbs: number[] = [];
    for (const batch of BATCHES) {
      const size = batch.labels.length;
      const result = await learner.accumulate(batch, {
        weights: Array(size).fill(0.1),
        advantages: batch.entries.map(({ tag }) => tag),
        old: Array(size).fill(-3.7),
        reference: Array(size).fill(-3.5),
        segments: batch.entries.map((entry) =>
          batch.entries.findIndex(({ tag }) => tag === entry.tag)
        ),
      });
      loss += result.loss;
      logProbs.push(...result.logProbs);
    }
    seen.push({ loss, norm: await learner.step(1e-2), logProbs });
  }
  return seen;
}

function gap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assertEquals(a.length, b.length);
  return Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));
}

function weightGap(a: Weights, b: Weights): number {
  return Math.max(...[...a].map(([name, { data }]) => gap(data, b.get(name)!.data)));
}

for (const objective of OBJECTIVES) {
  Deno.test({
    name: `Learner updates on a device as on the processor: ${JSON.stringify(objective)}${why}`,
    ignore,
    async fn() {
      useSoftwareVulkan();
      using device = new Device("webgpu");
      const [onHost, onDevice] = [randomWeights(CONFIG, 1, 0.1), randomWeights(CONFIG, 1, 0.1)];
      using host = new Learner(CONFIG, onHost, objective, OPTIONS);
      using gpu = new Learner(CONFIG, onDevice, objective, { ...OPTIONS, device });
      const [expected, found] = [await updates(host, 3), await updates(gpu, 3)];
      assertEquals(weightGap(onDevice, randomWeights(CONFIG, 1, 0.1)), 0); // it moved on the device alone
      gpu.bringBack();
      expected.forEach(({ loss, norm, logProbs }, step) => {
        assert(gap([loss, norm], [found[step]!.loss, found[step]!.norm]) < 1e-4);
        assert(gap(logProbs, found[step]!.logProbs) < 1e-4);
      });
      assert(weightGap(onHost, randomWeights(CONFIG, 1, 0.1)) > 1e-2); // it did move
      assert(weightGap(onHost, onDevice) < 1e-4);
      assert(weightGap(host.moments, gpu.moments) < 1e-4);
    },
  });
}

Deno.test({
  name: `Learner on a device goes on where another was${why}`,
  ignore,
  async fn() {
    useSoftwareVulkan();
    using device = new Device("webgpu");
    const options = { ...OPTIONS, device };
    const [whole, cut] = [randomWeights(CONFIG, 1, 0.1), randomWeights(CONFIG, 1, 0.1)];
    using once = new Learner(CONFIG, whole, { kind: "likelihood" }, options);
    await updates(once, 2);
    using first = new Learner(CONFIG, cut, { kind: "likelihood" }, options);
    await updates(first, 1);
    first.bringBack();
    const moments = new Map([...first.moments].map(([name, { data }]) => [name, data]));
    const resumed = randomWeights(CONFIG, 2, 0.1);
    using second = new Learner(CONFIG, resumed, { kind: "likelihood" }, options);
    for (const [name, { data }] of cut) resumed.get(name)!.data.set(data);
    second.restore(first.state, moments);
    await updates(second, 1);
    once.bringBack();
    second.bringBack();
    assert(weightGap(whole, resumed) < 1e-6);
  },
});

Deno.test({
  name: `Learner on a device refuses a gradient that is not finite${why}`,
  ignore,
  async fn() {
    useSoftwareVulkan();
    using device = new Device("webgpu");
    const weights = randomWeights(CONFIG, 1, 0.1);
    weights.get("norm")!.data[0] = Infinity;
    using learner = new Learner(CONFIG, weights, { kind: "likelihood" }, { ...OPTIONS, device });
    await assertRejects(() => updates(learner, 1), RangeError, "update 1: the gradient norm is");
  },
});
