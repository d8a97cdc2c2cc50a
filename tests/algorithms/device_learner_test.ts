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
    const { loss, logProbs } = await accumulate(learner);
    seen.push({ loss, norm: (await learner.step(1e-2))!, logProbs });
  }
  return seen;
}

/** One pass over all of the batches. */
async function accumulate(learner: Learner) {
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
  return { loss, logProbs };
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
  name: `Learner on a device comes to the same bytes every time${why}`,
  ignore,
  async fn() {
    useSoftwareVulkan();
    using device = new Device("webgpu");
    using learner = new Learner(CONFIG, randomWeights(CONFIG, 1, 0.1), { kind: "likelihood" }, {
      ...OPTIONS,
      device,
    });
    // The same tokens stand in the batches over and over: what goes to one row of the embedding is added in one order.
    let first: Weights | null = null;
    for (let run = 0; run < 40; run++) {
      await accumulate(learner);
      const found = learner.gradients;
      first ??= found;
      assertEquals(weightGap(found, first), 0, `run ${run}`);
      await learner.step(0);
    }
  },
});

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

for (const objective of OBJECTIVES) {
  Deno.test({
    name: `Learner in float16 stays near float32: ${JSON.stringify(objective)}${why}`,
    ignore,
    async fn() {
      useSoftwareVulkan();
      using device = new Device("webgpu");
      const [single, mixed] = [randomWeights(CONFIG, 1, 0.1), randomWeights(CONFIG, 1, 0.1)];
      using exact = new Learner(CONFIG, single, objective, { ...OPTIONS, device });
      using half = new Learner(CONFIG, mixed, objective, {
        ...OPTIONS,
        device,
        precision: "float16",
      });
      // The ratios to made-up log-probabilities are large: at the first scale they would overflow.
      half.restore({ ...half.state, lossScale: { scale: 2 ** 8, finite: 0 } }, zeros(mixed));
      // The gradients of one pass, whole.
      for (const learner of [exact, half]) await accumulate(learner);
      const [mine, theirs] = [flat(half.gradients), flat(exact.gradients)];
      const error = norm(mine.map((x, i) => x - theirs[i]!)) / norm(theirs);
      assert(error > 1e-5 && error < 0.1, `${error}`);
      for (const learner of [exact, half]) await learner.step(0);
      const [expected, found] = [await updates(exact, 4), await updates(half, 4)];
      expected.forEach(({ loss, norm, logProbs }, step) => {
        const other = found[step]!;
        assert(Math.abs(loss - other.loss) < 1e-2 * (1 + Math.abs(loss)), `${loss}, ${other.loss}`);
        assert(Math.abs(norm - other.norm) < 3e-2 * (1 + norm), `${norm}, ${other.norm}`);
        // Where a gradient is next to nothing, AdamW takes a whole step by its sign.
        assert(gap(logProbs, other.logProbs) < (step === 0 ? 1e-2 : 0.15));
      });
      const first = gap(expected[0]!.logProbs, found[0]!.logProbs);
      assert(first > 1e-6, `${first}`); // it is another precision
      assertEquals(half.state.lossScale, { scale: 2 ** 8, finite: 5 });
    },
  });
}

Deno.test({
  name: `Learner in float16 leaves out an update that overflows, and lowers the loss scale${why}`,
  ignore,
  async fn() {
    useSoftwareVulkan();
    using device = new Device("webgpu");
    const weights = randomWeights(CONFIG, 1, 0.1);
    const options = { ...OPTIONS, device, precision: "float16" as const };
    using learner = new Learner(CONFIG, weights, { kind: "likelihood" }, options);
    learner.restore({ ...learner.state, lossScale: { scale: 2 ** 40, finite: 5 } }, zeros(weights));
    const seen = await updates(learner, 1);
    assertEquals(seen[0]!.norm, null as never);
    assertEquals(learner.state, { steps: 0, runs: {}, lossScale: { scale: 2 ** 39, finite: 0 } });
    learner.bringBack();
    assertEquals(weightGap(weights, randomWeights(CONFIG, 1, 0.1)), 0);
    // What overflowed is gone: at a scale that fits, the next update is as ever.
    learner.restore({ ...learner.state, lossScale: { scale: 2 ** 16, finite: 0 } }, zeros(weights));
    const [next] = await updates(learner, 1);
    assert(next!.norm > 0 && next!.norm < 100, `${next!.norm}`);
    weights.get("norm")!.data[0] = Infinity;
    learner.restore({ ...learner.state, lossScale: { scale: 1, finite: 0 } }, zeros(weights));
    await assertRejects(() => updates(learner, 1), RangeError, "at a loss scale of 1");
  },
});

function flat(weights: Weights): number[] {
  return [...weights.values()].flatMap(({ data }) => [...data]);
}

function norm(values: readonly number[]): number {
  return Math.hypot(...values);
}

/** Moments of weights that were not trained yet. */
function zeros(weights: Weights): Map<string, Float32Array> {
  return new Map(
    [...weights].flatMap(([name, { data }]) =>
      ["first", "second"].map((moment) => [`${moment}/${name}`, new Float32Array(data.length)])
    ),
  );
}
