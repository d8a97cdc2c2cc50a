/**
 * @file Speed of training and sampling beside PyTorch and transformers: both sides in one run, in turn, as the median of
 * the ratios of several rounds. Without Python our side is timed alone.
 */
import { Command } from "commander";
import { Learner } from "../src/algorithms/learner.ts";
import type { PolicyConfig } from "../src/policy/config.ts";
import { Generator } from "../src/policy/generator.ts";
import { pack } from "../src/policy/packing.ts";
import { StopCondition } from "../src/policy/stopping.ts";
import { randomWeights } from "../src/policy/weights.ts";
import { Rng } from "../src/random/rng.ts";
import { missingReference, Reference, type ReferenceResult } from "./reference.ts";

const ROUNDS = 5;
/** Milliseconds of rest before a side's turn: threads that wait for work spin for a while, and would take the other side's cores. */
const REST = 500;
const threads = navigator.hardwareConcurrency;

/** One piece of work, on both sides. */
interface Contest extends Disposable {
  readonly title: string;
  /** Tokens that one repetition processes. */
  readonly tokens: number;
  readonly repeats: number;
  readonly request: object;
  step(): Promise<void>;
}

function shape(hiddenSize: number, heads: number, intermediateSize: number): PolicyConfig {
  return {
    vocabSize: 512,
    hiddenSize,
    intermediateSize,
    layers: 4,
    heads,
    kvHeads: heads,
    headDim: hiddenSize / heads,
    ropeTheta: 10000,
    ropeScaling: null,
    rmsNormEps: 1e-6,
    attentionBias: false,
    qkNorm: false,
    tieWordEmbeddings: true,
    maxPositions: 512,
    bosTokenId: null,
    eosTokenIds: [],
    padTokenId: 0,
  };
}

function training(): Contest {
  const config = shape(256, 8, 768);
  const [rows, time] = [8, 128];
  const learner = new Learner(config, randomWeights(config, 1, 0.02), { kind: "likelihood" }, {
    betas: [0.9, 0.95],
    epsilon: 1e-8,
    weightDecay: 0.01,
    maxGradNorm: 1,
    temperature: 1,
    threads,
  });
  const rng = new Rng("bench");
  const token = () => rng.integer(config.vocabSize);
  const groups = Array.from({ length: rows }, () => ({
    prompt: [token()],
    completions: [{ tokens: Array.from({ length: time }, token), tag: 0 }],
  }));
  const [batch] = pack(groups, { maxTokens: rows * time });
  const weights = new Float32Array(rows * time).fill(1 / (rows * time));
  return {
    title: "training step, 4 layers, d = 256, 1,024 tokens",
    tokens: rows * time,
    repeats: 5,
    request: { kind: "train", shape: config, rows, time },
    async step() {
      await learner.accumulate(batch!, { weights });
      await learner.step(1e-3);
    },
    [Symbol.dispose]: () => learner[Symbol.dispose](),
  };
}

function rollout(): Contest {
  const config = shape(128, 4, 384);
  const [rows, prompt, tokens] = [16, 32, 96];
  const generator = new Generator(config, randomWeights(config, 1, 0.02), {
    threads,
    maxRows: rows,
  });
  const stop = new StopCondition([], [], { decode: () => "" });
  const rng = new Rng("bench");
  const ids = Array.from(
    { length: rows },
    () => Array.from({ length: prompt }, () => rng.integer(config.vocabSize)),
  );
  return {
    title: "rollouts, 4 layers, d = 128, 16 prompts × 96 tokens",
    tokens: rows * tokens,
    repeats: 10,
    request: { kind: "rollout", shape: config, rows, prompt, tokens },
    async step() {
      const requests = ids.map((prompt, i) => ({
        prompt,
        streams: [new Rng(i)],
        maxTokens: tokens,
      }));
      await generator.generate(requests, { temperature: 1, topP: 1, topK: 0, stop });
    },
    [Symbol.dispose]: () => generator[Symbol.dispose](),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

async function timed({ step, repeats }: Contest): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, REST));
  const seconds: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await step();
    seconds.push((performance.now() - start) / 1000);
  }
  return median(seconds);
}

/** Forgets the peak so far, so that each contest has its own; where the system has no way to, nothing happens. */
function forgetPeak(): void {
  if (Deno.build.os === "linux") Deno.writeTextFileSync("/proc/self/clear_refs", "5");
}

/** Peak memory of this process in bytes, where the system tells. */
function peakMemory(): number | null {
  if (Deno.build.os !== "linux") return null;
  const found = /VmHWM:\s+(\d+) kB/.exec(Deno.readTextFileSync("/proc/self/status"));
  return found ? Number(found[1]) * 1024 : null;
}

const mib = (bytes: number | null) => bytes === null ? "?" : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
const rate = (tokens: number, seconds: number) => `${(tokens / seconds).toFixed(0)} tokens/s`;

new Command("deno task bench")
  .description(
    `Measures training and sampling in tokens a second, and peak memory: ours, and those of PyTorch and transformers where a ` +
      `python3 on the PATH has them, as the median of ${ROUNDS} rounds. Takes some minutes; on a machine that does nothing else.`,
  )
  .configureHelp({ helpWidth: 100 })
  .allowExcessArguments(false)
  .parse(Deno.args, { from: "user" });

const missing = await missingReference();
if (missing) console.log(`Stepwise alone: ${missing}.\n`);
for (const make of [training, rollout]) {
  forgetPeak();
  using contest = make();
  // A process of its own for each, whose peak memory is the contest's.
  await using reference = missing ? null : new Reference();
  await contest.step(); // compiles
  const ours: number[] = [];
  const theirs: ReferenceResult[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await timed(contest));
    if (!reference) continue;
    const { request, repeats } = contest;
    await new Promise((resolve) => setTimeout(resolve, REST));
    theirs.push(await reference.ask({ ...request, repeats, threads }));
  }
  console.log(`${contest.title} (${threads} threads, median of ${ROUNDS} rounds)`);
  console.log(
    `  Stepwise   ${rate(contest.tokens, median(ours))}, peak memory ${mib(peakMemory())}`,
  );
  const [first] = theirs;
  if (!first) continue;
  const seconds = theirs.map((result) => result.seconds);
  const peak = Math.max(...theirs.map((result) => result.peak));
  console.log(
    `  ${first.versions}: ${rate(contest.tokens, median(seconds))}, peak memory ${mib(peak)}`,
  );
  const ratios = seconds.map((theirs, i) => theirs / ours[i]!);
  const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  console.log(`  Stepwise is ${median(ratios).toFixed(2)}× as fast (rounds: ${range})\n`);
}
