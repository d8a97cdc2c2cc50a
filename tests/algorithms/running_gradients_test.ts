import { assert, assertEquals } from "@std/assert";
import { Learner, trainingGraph } from "../../src/algorithms/learner.ts";
import { gradients } from "../../src/engine/autodiff.ts";
import { Graph } from "../../src/engine/graph.ts";
import { HostTensor } from "../../src/engine/ort/ort.ts";
import { scale, sum } from "../../src/engine/ops/mod.ts";
import { Program } from "../../src/engine/program.ts";
import { requiredNodes } from "../../src/engine/required.ts";
import { compiledShape } from "../../src/policy/batch_tensors.ts";
import type { PolicyConfig } from "../../src/policy/config.ts";
import { weightInputs } from "../../src/policy/decoder.ts";
import { packedLogProbs } from "../../src/policy/log_probs.ts";
import { pack } from "../../src/policy/packing.ts";
import { randomWeights } from "../../src/policy/weights.ts";
import { gap, randomIds } from "../policy/golden.ts";

/** Tables of more numbers than are added at once, on layers as small as they can be. */
const LARGE: PolicyConfig = {
  vocabSize: 70_000,
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
  maxPositions: 512,
  bosTokenId: null,
  eosTokenIds: [1],
  padTokenId: 0,
};
const TIMES = [170, 150];

function batchOf(time: number) {
  const tokens = randomIds(time, LARGE.vocabSize, "running", time);
  // One token often, as in text.
  for (let i = 0; i < time; i += 3) tokens[i] = 7;
  const [batch] = pack([{ prompt: [3], completions: [{ tokens, tag: 0 }] }], { maxTokens: 512 });
  return batch!;
}

/** Gradients of the sum of the log-probabilities of a batch, each made as one tensor. */
function wholeGradients(
  config: PolicyConfig,
  weights: ReturnType<typeof randomWeights>,
  time: number,
) {
  const batch = batchOf(time);
  const shape = { rows: batch.rows, time: batch.time, entries: batch.labels.length };
  const graph = new Graph();
  const symbols = weightInputs(graph, config);
  const loss = scale(sum(packedLogProbs(graph, config, symbols, shape, 1), [0]), -1);
  const names = [...symbols.keys()];
  gradients(loss, [...symbols.values()]).forEach((g, i) => graph.output(names[i]!, g));
  const integers = (shape: number[], data: Int32Array) =>
    new HostTensor("int32", shape, Int32Array.from(data));
  const tokens = [shape.rows, shape.time];
  using program = new Program(graph, { threads: 1 });
  const made = Object.fromEntries(
    [...weights].map(([name, { shape }]) => [name, HostTensor.zeros("float32", shape)]),
  );
  using binding = program.bind({
    ...Object.fromEntries(weights),
    ids: integers(tokens, batch.ids),
    positions: integers(tokens, batch.positions),
    until: integers(tokens, batch.until),
    sources: integers([shape.entries], batch.sources),
    labels: integers([shape.entries], batch.labels),
  }, made);
  binding.run();
  return made;
}

for (const tieWordEmbeddings of [true, false]) {
  const config = { ...LARGE, tieWordEmbeddings };
  const kind = tieWordEmbeddings ? "tied" : "untied";

  Deno.test(`Learner adds up the gradients of micro-batches in parts as they are as a whole (${kind})`, async () => {
    const weights = randomWeights(config, 1, 0.3);
    using learner = new Learner(config, weights, { kind: "likelihood" }, {
      ...{ betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1, temperature: 1 },
      threads: 2,
    });
    for (const time of TIMES) {
      const batch = batchOf(time);
      await learner.accumulate(batch, { weights: batch.labels.map(() => 1) });
    }
    const [first, second] = TIMES.map((time) => wholeGradients(config, weights, time));
    assertEquals([...learner.gradients.keys()].includes("head"), !tieWordEmbeddings);
    for (const [name, { data }] of learner.gradients) {
      const expected = (first![name]!.data as Float32Array).map((x, i) =>
        x + Number(second![name]!.data[i]!)
      );
      const most = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      assert(
        most > 0 && gap(data, expected) < 1e-5 * most,
        `${name}: ${gap(data, expected) / most}`,
      );
    }
  });

  Deno.test(`trainingGraph() makes no tensor of the size of a large vocabulary's table (${kind})`, () => {
    const shape = compiledShape(batchOf(TIMES[0]!));
    const { graph } = trainingGraph(config, { kind: "likelihood" }, shape, { temperature: 1 });
    const sizes = requiredNodes(graph).flatMap(({ outputs }) =>
      outputs.map(({ shape }) => shape[0])
    );
    assert(!sizes.includes(config.vocabSize));
    // Logits are made in slices here, or this would say nothing.
    assert(requiredNodes(graph).some(({ op }) => op === "ReduceLogSumExp"));
  });
}

Deno.test("trainingGraph() adds small gradients at once", () => {
  const config = { ...LARGE, vocabSize: 40 };
  const { gradients: running } = trainingGraph(config, { kind: "likelihood" }, {
    rows: 1,
    time: 32,
    entries: 32,
  }, { temperature: 1 });
  for (const { name, sums, updates } of running) {
    assertEquals([sums.map(({ input }) => input), updates], [[`gradient/${name}`], []]);
  }
});
