import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { ARCHITECTURES } from "../../src/policy/architectures.ts";
import type { PolicyConfig } from "../../src/policy/config.ts";
import { parameterShapes } from "../../src/policy/config.ts";
import {
  parameterLayout,
  randomWeights,
  type Weights,
  weightsFromHf,
  weightsToHf,
} from "../../src/policy/weights.ts";
import { reading, SMALL, tensorsOf } from "./fixtures.ts";

const dispose = (weights: Weights) => weights.forEach((tensor) => tensor[Symbol.dispose]());

/** Every architecture, with and without an output layer of its own. */
const CONFIGS: PolicyConfig[] = Object.values(ARCHITECTURES).flatMap(({ attentionBias, qkNorm }) =>
  [true, false].map((tied) => ({ ...SMALL, attentionBias, qkNorm, tieWordEmbeddings: tied }))
);

Deno.test("parameterLayout() uses every Hugging Face tensor once and loses no weight", () => {
  for (const config of CONFIGS) {
    const layout = parameterLayout(config);
    const names = parameterShapes(config).map(({ name }) => name);
    assertEquals(layout.flatMap(({ parts }) => parts).sort(), names.sort());
    const size = (list: readonly { shape: readonly number[] }[]) =>
      list.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
    assertEquals(size(layout), size(parameterShapes(config)));
    assertEquals(new Set(layout.map(({ name }) => name)).size, layout.length);
  }
});

Deno.test("weightsFromHf() and weightsToHf() give every tensor back, bit for bit", async () => {
  for (const config of CONFIGS) {
    const tensors = tensorsOf(config);
    const weights = await weightsFromHf(config, reading(tensors));
    const back = weightsToHf(config, weights);
    dispose(weights);
    assertEquals([...back.keys()], [...tensors.keys()]);
    for (const [name, { shape, data }] of tensors) {
      assertEquals(back.get(name)!.shape, shape, name);
      assertEquals(back.get(name)!.data, data, name);
    }
  }
});

Deno.test("weightsFromHf() puts projections side by side as [in, out]", async () => {
  const tensors = tensorsOf(SMALL);
  const weights = await weightsFromHf(SMALL, reading(tensors));
  const qkv = weights.get("layers.1.qkv")!;
  const { hiddenSize, heads, kvHeads, headDim } = SMALL;
  const width = (heads + 2 * kvHeads) * headDim;
  assertEquals(qkv.shape, [hiddenSize, width]);
  const k = tensors.get("model.layers.1.self_attn.k_proj.weight")!;
  assertEquals(qkv.data[3 * width + heads * headDim + 5], k.data[5 * hiddenSize + 3]);
  dispose(weights);
});

Deno.test("weightsFromHf() gives the same weights whatever the pieces", async () => {
  const config = { ...SMALL, hiddenSize: 96, intermediateSize: 200 }; // several tiles, and parts of some
  const tensors = tensorsOf(config);
  const whole = await weightsFromHf(config, reading(tensors));
  const inRows = await weightsFromHf(config, async function* (name) {
    const { shape, data } = tensors.get(name)!;
    const row = data.length / shape[0]!;
    for (let at = 0; at < data.length; at += 7 * row) yield data.subarray(at, at + 7 * row);
  });
  for (const [name, { data }] of whole) assertEquals(inRows.get(name)!.data, data, name);
  [whole, inRows].forEach(dispose);
});

Deno.test("weightsFromHf() names a tensor that has too few elements, or too many", async () => {
  const tensors = tensorsOf(SMALL);
  for (const [name, size] of [["model.norm.weight", 31], ["lm_head.weight", 40 * 33]] as const) {
    const wrong = { shape: [size], data: new Float32Array(size) };
    await assertRejects(
      () => weightsFromHf(SMALL, reading(new Map([...tensors, [name, wrong]]))),
      RangeError,
      size === 31
        ? `${name}: expected 32 elements, found 31`
        : "expected 1280 elements, found more",
    );
  }
});

Deno.test("weightsToHf() copies when it is asked, and as the weights are then", async () => {
  const weights = await weightsFromHf(SMALL, reading(tensorsOf(SMALL)));
  const norm = weightsToHf(SMALL, weights).get("model.norm.weight")!;
  weights.get("norm")!.data[3] = 7;
  assertEquals(norm.data[3], 7);
  norm.data[3] = 8;
  assertEquals(weights.get("norm")!.data[3], 7);
  dispose(weights);
});

Deno.test("randomWeights() draws normal weights, scaled down into the residual stream", () => {
  const config = { ...SMALL, vocabSize: 500, layers: 2, attentionBias: true };
  const weights = randomWeights(config, 1, 0.02);
  const deviation = (name: string) => {
    const { data } = weights.get(name)!;
    const mean = data.reduce((a, b) => a + b, 0) / data.length;
    assert(Math.abs(mean) < 0.002, name);
    return Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / data.length);
  };
  assertAlmostEquals(deviation("embedding"), 1 / Math.sqrt(config.hiddenSize), 0.005);
  assertAlmostEquals(deviation("head"), 0.02, 0.001);
  assertAlmostEquals(deviation("layers.0.qkv"), 0.02, 0.001);
  assertAlmostEquals(deviation("layers.1.down"), 0.01, 0.001);
  assertAlmostEquals(deviation("layers.1.out"), 0.01, 0.001);
  assert(weights.get("layers.0.norm1")!.data.every((x) => x === 1));
  assert(weights.get("layers.0.qkvBias")!.data.every((x) => x === 0));
  const [same, other] = [randomWeights(config, 1, 0.02), randomWeights(config, 2, 0.02)];
  assertEquals(same.get("head")!.data, weights.get("head")!.data);
  assert(other.get("head")!.data[0] !== weights.get("head")!.data[0]);
  for (const made of [weights, same, other]) dispose(made);
});
