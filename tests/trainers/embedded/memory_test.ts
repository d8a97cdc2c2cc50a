import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import type { PolicyConfig } from "../../../src/policy/config.ts";
import type { LoraConfig } from "../../../src/policy/lora/config.ts";
import { gpuTensors, requireBindable } from "../../../src/trainers/embedded/gpu_tensors.ts";
import {
  estimateMemory,
  memoryBound,
  type MemoryDemand,
  memoryTable,
  totalBytes,
} from "../../../src/trainers/embedded/memory.ts";
import { CAN_MEASURE, peakOf } from "../../peak_memory.ts";

const SMALL: PolicyConfig = {
  vocabSize: 512,
  hiddenSize: 128,
  intermediateSize: 512,
  layers: 4,
  heads: 4,
  kvHeads: 2,
  headDim: 32,
  ropeTheta: 10000,
  rmsNormEps: 1e-6,
  attentionBias: true,
  ropeScaling: null,
  qkNorm: false,
  tieWordEmbeddings: true,
  maxPositions: 2048,
  bosTokenId: null,
  eosTokenIds: [1],
  padTokenId: 0,
};

const WIDE = { ...SMALL, hiddenSize: 512, intermediateSize: 2048, headDim: 128 };
const LORA: LoraConfig = { rank: 8, alpha: 16, dropout: 0.1, targetModules: ["q_proj", "up_proj"] };

/** How training differs from the usual. */
type Changes = Partial<Pick<NonNullable<MemoryDemand["training"]>, "lora" | "recompute">>;

/** Trains twice on full micro-batches, as the learner does in a stage. */
function training(config: PolicyConfig, rows: number, time: number, changes: Changes) {
  const { lora = null, recompute = false } = changes;
  const before = `
    import { Learner } from "src/algorithms/learner.ts";
    import { pack } from "src/policy/packing.ts";
    import { randomWeights } from "src/policy/weights.ts";
    const config = ${JSON.stringify(config)};
    import { Adapter } from "src/policy/lora/adapter.ts";
    const initial = randomWeights(config, 1, 0.02);
    const lora = ${JSON.stringify(lora)};
    const adapter = lora && Adapter.fresh(config, lora, initial, 1);
    const learner = new Learner(config, initial, { kind: "likelihood" }, {
      betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1, temperature: 1, threads: 1,
      recompute: ${recompute},
    }, adapter);
    const tokens = Array.from({ length: ${time} }, (_, i) => (7 * i) % config.vocabSize);
    const groups = Array.from({ length: ${rows} }, () => ({ prompt: [3], completions: [{ tokens, tag: 0 }] }));
    const [batch] = pack(groups, { maxTokens: ${rows * time} });
    const weights = new Float32Array(batch.labels.length).fill(1 / batch.labels.length);
  `;
  const statements = `for (let i = 0; i < 2; i++) {
    await learner.accumulate(batch, { weights });
    await learner.step(1e-3);
  }`;
  return { before, statements };
}

/** Decodes twice, with weights that changed between. */
function decoding(config: PolicyConfig, rows: number, capacity: number) {
  const before = `
    import { Generator } from "src/policy/generator.ts";
    import { Rng } from "src/random/rng.ts";
    import { StopCondition } from "src/policy/stopping.ts";
    import { randomWeights } from "src/policy/weights.ts";
    const config = ${JSON.stringify(config)};
    const weights = randomWeights(config, 1, 0.02);
    const generator = new Generator(config, weights, { threads: 1, maxRows: 256 });
    const options = { temperature: 1, topP: 1, topK: 0, stop: new StopCondition([], [], { decode: () => "" }) };
    const streams = Array.from({ length: ${rows} }, (_, i) => new Rng(i));
    const request = { prompt: [5], streams, maxTokens: ${capacity - 1} };
  `;
  const statements = `for (let i = 0; i < 2; i++) {
    weights.get("norm").data[0] += i;
    await generator.generate([request], options);
  }`;
  return { before, statements };
}

const likelihood: Omit<NonNullable<MemoryDemand["training"]>, "microBatchTokens" | "longest"> = {
  objective: { kind: "likelihood" },
  ...{ copies: 0, reference: false, lora: null, recompute: false, onGpu: false },
  precision: "float32",
};

for (
  const [what, config, rows, time, changes] of [
    ["wide rows", SMALL, 8, 256, {}],
    ["one long row", SMALL, 1, 1024, {}],
    ["many layers", { ...SMALL, layers: 12 }, 4, 256, {}],
    ["many layers, activations made anew", { ...SMALL, layers: 12 }, 4, 256, { recompute: true }],
    ["an adapter", WIDE, 2, 128, { lora: LORA }],
    ["many weights", WIDE, 2, 128, {}],
    ["a large vocabulary", { ...SMALL, vocabSize: 60000, tieWordEmbeddings: false }, 2, 256, {}],
  ] as [string, PolicyConfig, number, number, Changes][]
) {
  Deno.test({
    name: `estimateMemory() of training is within 30 % of the measured peak: ${what}`,
    ignore: !CAN_MEASURE,
    fn: async () => {
      const { before, statements } = training(config, rows, time, changes);
      const { whole } = await peakOf(before, statements);
      const estimated = totalBytes(estimateMemory({
        config,
        training: { ...likelihood, microBatchTokens: rows * time, longest: time, ...changes },
        decoding: null,
      }));
      const ratio = estimated / whole;
      assert(ratio > 0.7 && ratio < 1.3, `${estimated} estimated, ${whole} measured: ${ratio}`);
    },
  });
}

for (
  const [what, config, rows, capacity] of [
    ["a large cache", SMALL, 256, 100],
    ["many weights", WIDE, 4, 20],
    ["a large vocabulary", { ...SMALL, vocabSize: 60000, hiddenSize: 256, headDim: 64 }, 8, 20],
  ] as const
) {
  Deno.test({
    name: `estimateMemory() of decoding is within 30 % of the measured peak: ${what}`,
    ignore: !CAN_MEASURE,
    fn: async () => {
      const { before, statements } = decoding(config, rows, capacity);
      const { whole } = await peakOf(before, statements);
      const estimated = totalBytes(
        estimateMemory({ config, training: null, decoding: { rows, capacity } }),
      );
      const ratio = estimated / whole;
      assert(ratio > 0.7 && ratio < 1.3, `${estimated} estimated, ${whole} measured: ${ratio}`);
    },
  });
}

Deno.test("estimateMemory() counts what is kept for each weight, and grows with the micro-batch", () => {
  const of = (microBatchTokens: number, copies: number) =>
    estimateMemory({
      config: SMALL,
      training: { ...likelihood, microBatchTokens, longest: 64, copies },
      decoding: null,
    });
  const bytes = (needs: ReturnType<typeof of>, what: string) =>
    needs.find((need) => need.what === what)?.bytes;
  const few = of(256, 0);
  const weights = bytes(few, "weights")!;
  assertEquals(bytes(few, "gradients"), weights);
  assertEquals(bytes(few, "optimiser"), 2 * weights);
  assertEquals(bytes(few, "copies"), undefined);
  assertEquals(bytes(of(256, 3), "copies"), 3 * weights);
  const ratio = bytes(of(1024, 0), "activations")! / bytes(few, "activations")!;
  assert(ratio > 3 && ratio <= 4.1, `${ratio}`);
  assertMatch(memoryTable(few).at(-1)!, /^ {2}together +0\.\d\d GiB$/);
});

Deno.test("estimateMemory() tells what lies in a GPU's memory from what stays in the machine's", () => {
  const needs = estimateMemory({
    config: SMALL,
    training: { ...likelihood, microBatchTokens: 256, longest: 64, copies: 2, onGpu: true },
    decoding: { rows: 8, capacity: 64 },
  });
  const names = (there: boolean) =>
    needs.filter(({ onGpu = false }) => onGpu === there).map(({ what }) => what);
  assertEquals(names(false), ["process", "weights", "copies", "saved state"]);
  assertEquals(names(true).slice(0, 4), ["weights", "gradients", "optimiser", "KV cache"]);
  assert(names(true).includes("activations"));
  const half = estimateMemory({
    config: SMALL,
    training: {
      ...{ ...likelihood, microBatchTokens: 256, longest: 64, copies: 2, onGpu: true },
      precision: "float16",
    },
    decoding: { rows: 8, capacity: 64 },
  });
  const bytes = (all: typeof needs, name: string) =>
    all.filter(({ what }) => what === name).at(-1)!.bytes;
  assertEquals(bytes(half, "rounded weights"), bytes(half, "weights") / 2);
  assertEquals(bytes(half, "KV cache"), bytes(needs, "KV cache") / 2);
  assert(bytes(half, "activations") < bytes(needs, "activations"));
});

Deno.test("gpuTensors() finds what grows with the tokens, and what does not", () => {
  const of = (microBatchTokens: number, vocabSize: number) =>
    gpuTensors({
      config: { ...SMALL, vocabSize },
      training: { ...likelihood, microBatchTokens, longest: microBatchTokens, onGpu: true },
      decoding: { rows: 4, capacity: 64 },
    });
  const [widest] = of(64, 100_000);
  assertEquals(widest, {
    what: "embedding",
    shape: [100_000, SMALL.hiddenSize],
    bytes: 400_000 * SMALL.hiddenSize,
  });
  const [scores] = of(512, 64);
  assertEquals(scores!.bytes, 4 * SMALL.heads * 512 ** 2);
  const card = { name: "Card", binding: scores!.bytes };
  requireBindable("sft", of(512, 64), card);
  assertThrows(
    () => requireBindable("sft", of(512, 64), { ...card, binding: card.binding - 1 }),
    InputError,
    'sft: device: found "gpu"; expected "cpu": the driver of Card lets a kernel read',
  );
});

Deno.test("memoryBound() is never above what the system has", async () => {
  const { bytes, name } = await memoryBound(undefined);
  assert(bytes > 0 && bytes <= Deno.systemMemoryInfo().total);
  assertMatch(name, /^memory (available on this machine|of this control group)$/);
});
