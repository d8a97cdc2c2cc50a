import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { PolicyConfig } from "../../src/policy/config.ts";
import { parameterShapes } from "../../src/policy/config.ts";
import {
  parameterLayout,
  randomWeights,
  type Weights,
  weightsFromHf,
  weightsToHf,
} from "../../src/policy/weights.ts";
import { SMALL, tensorsOf } from "./fixtures.ts";

const dispose = (weights: Weights) => weights.forEach((tensor) => tensor[Symbol.dispose]());

/** With and without bias, with and without an output layer of its own. */
const CONFIGS: PolicyConfig[] = [true, false].flatMap((attentionBias) =>
  [true, false].map((tieWordEmbeddings) => ({ ...SMALL, attentionBias, tieWordEmbeddings }))
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

Deno.test("weightsFromHf() and weightsToHf() give every tensor back, bit for bit", () => {
  for (const config of CONFIGS) {
    const tensors = tensorsOf(config);
    const weights = weightsFromHf(config, tensors);
    const back = weightsToHf(config, weights);
    dispose(weights);
    assertEquals([...back.keys()], [...tensors.keys()]);
    for (const [name, { shape, data }] of tensors) {
      assertEquals(back.get(name)!.shape, shape, name);
      assertEquals(back.get(name)!.data, data, name);
    }
  }
});

Deno.test("weightsFromHf() puts projections side by side as [in, out]", () => {
  const tensors = tensorsOf(SMALL);
  const weights = weightsFromHf(SMALL, tensors);
  const qkv = weights.get("layers.1.qkv")!;
  const { hiddenSize, heads, kvHeads, headDim } = SMALL;
  const width = (heads + 2 * kvHeads) * headDim;
  assertEquals(qkv.shape, [hiddenSize, width]);
  const k = tensors.get("model.layers.1.self_attn.k_proj.weight")!;
  assertEquals(qkv.data[3 * width + heads * headDim + 5], k.data[5 * hiddenSize + 3]);
  dispose(weights);
});

Deno.test("weightsFromHf() names a tensor that is not there", () => {
  const tensors = tensorsOf(SMALL);
  tensors.delete("model.norm.weight");
  assertThrows(() => weightsFromHf(SMALL, tensors), TypeError, "model.norm.weight");
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
