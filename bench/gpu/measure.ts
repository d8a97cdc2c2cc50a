/** @file One measurement on the GPU, in a process of its own: `measure.ts matmul|train|rollout POLICY PRECISION WORK`; prints JSON. */
import { Learner } from "../../src/algorithms/learner.ts";
import { openGpu } from "../../src/engine/gpu.ts";
import { Graph, type Tensor } from "../../src/engine/graph.ts";
import { cast, matmul, sum } from "../../src/engine/ops/mod.ts";
import { HostTensor } from "../../src/engine/ort/ort.ts";
import { Program } from "../../src/engine/program.ts";
import { DeviceWeights, type Precision } from "../../src/policy/device/weights.ts";
import { Generator } from "../../src/policy/generator.ts";
import { pack } from "../../src/policy/packing.ts";
import { StopCondition } from "../../src/policy/stopping.ts";
import { randomWeights } from "../../src/policy/weights.ts";
import { Rng } from "../../src/random/rng.ts";
import { ADAMW } from "../../src/trainers/embedded/settings.ts";
import { matmulOperations, POLICIES, type Work } from "./shapes.ts";

/** Products in one run, so that what a run costs by itself does not count. */
const CHAIN = 16;

const [task, name, precision, json] = Deno.args as [string, string, Precision, string];
const work: Work = JSON.parse(json);
const rng = new Rng("gpu bench");

/** Median seconds of a step, behind one that compiles. */
async function median(step: () => Promise<void>): Promise<number> {
  await step();
  const seconds: number[] = [];
  for (let round = 0; round < work.rounds; round++) {
    const begun = performance.now();
    await step();
    seconds.push((performance.now() - begun) / 1000);
  }
  return seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)]!;
}

/** Operations per second of products of square matrices. */
async function ceiling(): Promise<number> {
  using device = openGpu();
  const { matmul: side } = work;
  const graph = new Graph();
  const [x, w] = ["x", "w"].map((key) => graph.input(key, precision, [side, side]));
  let y: Tensor = x!;
  for (let i = 0; i < CHAIN; i++) y = matmul(y, w!);
  graph.output("sum", sum(cast(y, "float32")));
  using held = new DisposableStack();
  const { provider } = device;
  const program = held.use(new Program(graph, { threads: 1, provider }));
  const inputs = {
    x: held.use(device.zeros(precision, [side, side])),
    w: held.use(device.zeros(precision, [side, side])),
  };
  // Reading the sum waits for all of it.
  const total = held.use(HostTensor.zeros("float32", []));
  const binding = held.use(program.bind(inputs, { sum: total }));
  return CHAIN * matmulOperations(side) / await median(() => binding.runAsync());
}

const config = POLICIES[name]!;
const ids = (count: number) => Array.from({ length: count }, () => rng.integer(config.vocabSize));

/** Tokens per second of an update: forward, backward, clip and AdamW. */
async function training(): Promise<number> {
  using device = openGpu();
  const weights = randomWeights(config, 1, 0.02);
  const options = { ...ADAMW, weightDecay: 0, maxGradNorm: 1, temperature: 1, threads: 1 };
  using learner = new Learner(config, weights, { kind: "likelihood" }, {
    ...options,
    device,
    precision,
  });
  const { rows, time } = work;
  const groups = Array.from({ length: rows }, () => ({
    prompt: ids(1),
    completions: [{ tokens: ids(time), tag: null }],
  }));
  const batches = pack(groups, { maxTokens: rows * time });
  const count = batches.reduce((n, { labels }) => n + labels.length, 0);
  const seconds = await median(async () => {
    for (const batch of batches) {
      await learner.accumulate(batch, { weights: Array(batch.labels.length).fill(1 / count) });
    }
    await learner.step(1e-5);
  });
  return rows * time / seconds;
}

/** Sampled tokens per second, prompts included in the time. */
async function rollouts(): Promise<number> {
  using device = openGpu();
  const weights = randomWeights(config, 1, 0.02);
  using resident = new DeviceWeights(device, weights, precision);
  const { prompts, samples, prompt, completion } = work;
  using generator = new Generator(config, weights, {
    ...{ threads: 1, maxRows: prompts * samples, resident },
  });
  const stop = new StopCondition([], [], { decode: () => "" });
  const seconds = await median(async () => {
    const requests = Array.from({ length: prompts }, () => ({
      prompt: ids(prompt),
      streams: Array.from({ length: samples }, (_, i) => rng.fork(i)),
      maxTokens: completion,
    }));
    await generator.generate(requests, { temperature: 1, topP: 1, topK: 0, stop });
  });
  return prompts * samples * completion / seconds;
}

const tasks: Readonly<Record<string, () => Promise<number>>> = {
  matmul: ceiling,
  train: training,
  rollout: rollouts,
};
console.log(JSON.stringify({ rate: await tasks[task]!() }));
