import { assert, assertEquals } from "@std/assert";
import { gradients } from "../../src/engine/autodiff.ts";
import { Graph } from "../../src/engine/graph.ts";
import { HostTensor } from "../../src/engine/ort/ort.ts";
import { Program } from "../../src/engine/program.ts";
import type { PolicyConfig } from "../../src/policy/config.ts";
import { weightInputs } from "../../src/policy/decoder.ts";
import { LOGITS_AT_ONCE, packedLogProbs } from "../../src/policy/log_probs.ts";
import { randomWeights } from "../../src/policy/weights.ts";
import { CAN_MEASURE, peakOf } from "../peak_memory.ts";
import { gap, randomIds } from "./golden.ts";

/** A vocabulary as large as Qwen2.5's on layers as small as they can be. */
const LARGE: PolicyConfig = {
  vocabSize: 151936,
  hiddenSize: 16,
  intermediateSize: 16,
  layers: 1,
  heads: 1,
  kvHeads: 1,
  headDim: 16,
  ropeTheta: 10000,
  rmsNormEps: 1e-6,
  attentionBias: true,
  ropeScaling: null,
  qkNorm: false,
  tieWordEmbeddings: true,
  maxPositions: 256,
  bosTokenId: null,
  eosTokenIds: [1],
  padTokenId: 0,
};

Deno.test("packedLogProbs() gives the same by chunks of the vocabulary as at once, gradients too", () => {
  const whole = Math.floor(LOGITS_AT_ONCE / LARGE.vocabSize);
  const time = 2 * whole;
  const weights = randomWeights(LARGE, 1, 0.3);
  const ids = randomIds(time + 1, LARGE.vocabSize, "ids");
  const outcome = (entries: number) => {
    const graph = new Graph();
    const symbols = weightInputs(graph, LARGE);
    const logProbs = packedLogProbs(graph, LARGE, symbols, { rows: 1, time, entries }, 0.7);
    graph.output("logProbs", logProbs);
    // Entries beyond the first ones weigh nothing.
    const seed = graph.input("seed", "float32", [entries]);
    const names = ["embedding", "layers.0.qkv"] as const;
    gradients(logProbs, names.map((name) => symbols.get(name)!), seed)
      .forEach((gradient, i) => graph.output(names[i]!, gradient));
    const slices = graph.nodes.filter(({ op }) => op === "Slice").length;
    const of = (shape: number[], values: number[]) =>
      new HostTensor("int32", shape, Int32Array.from(values));
    const index = ids.map((_, i) => i);
    const given = {
      ...Object.fromEntries(weights),
      ids: of([1, time], ids.slice(0, -1)),
      positions: of([1, time], index.slice(0, -1)),
      until: of([1, time], Array(time).fill(time)),
      sources: of([entries], index.slice(0, entries)),
      labels: of([entries], ids.slice(1, entries + 1)),
      seed: new HostTensor(
        "float32",
        [entries],
        Float32Array.from(index.slice(0, entries), (i) => i < whole ? 1 / (i + 1) : 0),
      ),
    };
    const made = Object.fromEntries(
      graph.outputs.map(({ name, tensor }) =>
        [name, HostTensor.zeros("float32", tensor.shape.map(Number))] as const
      ),
    );
    using program = new Program(graph, { threads: 1 });
    using binding = program.bind(given, made);
    binding.run();
    return { slices, made };
  };
  const [one, many] = [outcome(whole), outcome(2 * whole)];
  assertEquals([one.slices, many.slices > 2], [0, true]);
  const first = many.made["logProbs"]!.data.subarray(0, whole);
  assert(gap(first, one.made["logProbs"]!.data) < 1e-5);
  for (const name of ["embedding", "layers.0.qkv"]) {
    const expected = one.made[name]!.data;
    const most = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    assert(gap(many.made[name]!.data, expected) < 1e-5 * most, name);
  }
});

Deno.test({
  name: "Learner takes less memory than the logits of all tokens of a large vocabulary",
  ignore: !CAN_MEASURE,
  fn: async () => {
    const { above } = await peakOf(
      `
      import { Learner } from "src/algorithms/learner.ts";
      import { pack } from "src/policy/packing.ts";
      import { randomWeights } from "src/policy/weights.ts";
      const config = ${JSON.stringify(LARGE)};
      const learner = new Learner(config, randomWeights(config, 1, 0.02), { kind: "likelihood" }, {
        betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1, temperature: 1, threads: 1,
      });
      const tokens = Array.from({ length: 240 }, (_, i) => 7 * i);
      const groups = Array.from({ length: 4 }, () => ({ prompt: [3], completions: [{ tokens, tag: 0 }] }));
      const [batch] = pack(groups, { maxTokens: 1024 });
      const weights = new Float32Array(batch.labels.length).fill(1 / batch.labels.length);
      `,
      `await learner.accumulate(batch, { weights });`,
    );
    const logits = 4 * 960 * LARGE.vocabSize;
    assert(above < logits, `${above} bytes, the logits alone are ${logits}`);
  },
});
