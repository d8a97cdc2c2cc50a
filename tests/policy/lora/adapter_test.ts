import { assert, assertEquals } from "@std/assert";
import { Learner } from "../../../src/algorithms/learner.ts";
import { Adapter } from "../../../src/policy/lora/adapter.ts";
import type { LoraConfig } from "../../../src/policy/lora/config.ts";
import { pack } from "../../../src/policy/packing.ts";
import { CAN_MEASURE, peakOf } from "../../peak_memory.ts";
import { gap, goldenPolicy, randomIds } from "../golden.ts";

const LORA: LoraConfig = { rank: 2, alpha: 4, dropout: 0, targetModules: ["k_proj", "down_proj"] };
const OPTIONS = {
  betas: [0.9, 0.95],
  epsilon: 1e-8,
  weightDecay: 0,
  maxGradNorm: 1,
  temperature: 1,
  threads: 1,
} as const;

function batch() {
  const completions = [{ tokens: randomIds(20, 40, "adapter"), tag: 0 }];
  return pack([{ prompt: [3, 4], completions }], { maxTokens: 64 })[0]!;
}

/** Two updates by likelihood; the loss of each. */
async function train(lora: LoraConfig): Promise<number[]> {
  using policy = await goldenPolicy("llama");
  const adapter = policy.adapt(lora, 1);
  using learner = new Learner(
    policy.config,
    policy.weights,
    { kind: "likelihood" },
    OPTIONS,
    adapter,
  );
  const losses: number[] = [];
  for (let i = 0; i < 2; i++) {
    const weights = new Float32Array(20).fill(1 / 20);
    losses.push((await learner.accumulate(batch(), { weights })).loss);
    await learner.step(1e-2);
  }
  return losses;
}

Deno.test("Adapter.fresh() changes nothing, and draws as its seed says", async () => {
  using policy = await goldenPolicy("llama");
  const before = policy.copyWeights();
  using adapter = Adapter.fresh(policy.config, LORA, policy.weights, 1);
  adapter.merge();
  assertEquals(policy.copyWeights(), before);
  using same = Adapter.fresh(policy.config, LORA, policy.weights, 1);
  using other = Adapter.fresh(policy.config, LORA, policy.weights, 2);
  const name = "model.layers.1.mlp.down_proj/A";
  const drawn = adapter.tensors.get(name)!.data;
  assertEquals(same.tensors.get(name)!.data, drawn);
  assert(gap(other.tensors.get(name)!.data, drawn) > 0);
  const bound = 1 / Math.sqrt(48);
  assert(drawn.every((x) => Math.abs(x) <= bound) && Math.max(...drawn) > 0.8 * bound);
});

Deno.test("Adapter.merge() adds alpha / rank · A · B to its projection's columns, however often", async () => {
  using policy = await goldenPolicy("llama");
  const { config, weights } = policy;
  const before = policy.copyWeights();
  using adapter = Adapter.fresh(config, LORA, weights, 1);
  const a = adapter.tensors.get("model.layers.0.self_attn.k_proj/A")!.data;
  const b = adapter.tensors.get("model.layers.0.self_attn.k_proj/B")!.data;
  b.forEach((_, i) => b[i] = i / 10);
  adapter.merge();
  adapter.merge();
  const found = weights.get("layers.0.qkv")!;
  const [rows, columns] = found.shape as [number, number];
  const width = config.kvHeads * config.headDim;
  const from = config.heads * config.headDim;
  const expected = before.get("layers.0.qkv")!.slice();
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) {
      const product = a[2 * i]! * b[j]! + a[2 * i + 1]! * b[width + j]!;
      expected[i * columns + from + j]! += 4 / 2 * product;
    }
  }
  assert(gap(found.data, expected) < 1e-6);
  for (const [name, data] of before) {
    if (name !== "layers.0.qkv") assertEquals(weights.get(name)!.data, data, name);
  }
});

Deno.test("Learner with an adapter trains it alone; its copies are the adapter's", async () => {
  using policy = await goldenPolicy("llama");
  const before = policy.copyWeights();
  const adapter = policy.adapt(LORA, 1);
  const fresh = policy.copyWeights();
  assertEquals([...fresh.keys()], [...adapter.tensors.keys()]);
  using learner = new Learner(
    policy.config,
    policy.weights,
    { kind: "likelihood" },
    OPTIONS,
    adapter,
  );
  assertEquals([...learner.gradients.keys()], [...adapter.tensors.keys()]);
  await learner.accumulate(batch(), { weights: new Float32Array(20).fill(1 / 20) });
  await learner.step(1e-2);
  const changed = [...before].filter(([name, data]) =>
    gap(policy.weights.get(name)!.data, data) > 0
  );
  assertEquals(changed.map(([name]) => name), [
    ...["layers.0.qkv", "layers.0.down", "layers.1.qkv", "layers.1.down"],
  ]);
  for (const [name, data] of before) assertEquals(adapter.base.get(name)!.data, data, name);
  policy.setWeights(fresh);
  for (const [name, data] of before) assertEquals(policy.weights.get(name)!.data, data, name);
});

Deno.test("LoRA's rank, alpha, dropout and target modules each change what is learned", async () => {
  const usual = await train(LORA);
  assert(usual[1]! < usual[0]!);
  assertEquals(await train(LORA), usual);
  const others: Partial<LoraConfig>[] = [
    { rank: 3 },
    { alpha: 40 },
    { dropout: 0.5 },
    { targetModules: ["q_proj"] },
  ];
  for (const change of others) {
    const [first, second] = await train({ ...LORA, ...change });
    // B is zero at first: nothing of the adapter shows in the first loss.
    assertEquals(first, usual[0]);
    assert(second !== usual[1], JSON.stringify(change));
  }
});

Deno.test({
  name: "Learner with an adapter takes less memory than the weights' gradients and moments",
  ignore: !CAN_MEASURE,
  fn: async () => {
    const { above } = await peakOf(
      `
      import { Learner } from "src/algorithms/learner.ts";
      import { Adapter } from "src/policy/lora/adapter.ts";
      import { pack } from "src/policy/packing.ts";
      import { randomWeights } from "src/policy/weights.ts";
      const config = {
        vocabSize: 40000, hiddenSize: 512, intermediateSize: 2048, layers: 2, heads: 8, kvHeads: 8, headDim: 64,
        ropeTheta: 10000, rmsNormEps: 1e-6, attentionBias: true, tieWordEmbeddings: true, maxPositions: 256,
        bosTokenId: null, eosTokenIds: [1], padTokenId: 0,
      };
      const weights = randomWeights(config, 1, 0.02);
      const lora = ${JSON.stringify(LORA)};
      const [batch] = pack([{ prompt: [3], completions: [{ tokens: [4, 5, 6, 7], tag: 0 }] }], { maxTokens: 64 });
      `,
      `
      const adapter = Adapter.fresh(config, lora, weights, 1);
      const options = ${JSON.stringify(OPTIONS)};
      const learner = new Learner(config, weights, { kind: "likelihood" }, options, adapter);
      await learner.accumulate(batch, { weights: new Float32Array(4).fill(0.25) });
      await learner.step(1e-3);
      `,
    );
    const parameters = 40000 * 512 + 2 * (4 * 512 * 512 + 3 * 512 * 2048);
    assert(above < 3 * 4 * parameters, `${above} bytes, for ${parameters} weights`);
  },
});
