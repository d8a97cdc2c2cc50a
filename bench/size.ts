/**
 * @file A policy of Qwen2.5-0.5B's exact shape with random weights, on the CPU: loads, samples, and takes a step of SFT, of LoRA and
 * of GRPO, each in a process of its own, beside PyTorch's. Tokens per second and peak memory of each; fails where a peak is
 * above 12 GiB.
 */
import { Learner } from "../src/algorithms/learner.ts";
import type { PolicyConfig } from "../src/policy/config.ts";
import { Generator } from "../src/policy/generator.ts";
import { pack } from "../src/policy/packing.ts";
import { Policy } from "../src/policy/policy.ts";
import { StopCondition } from "../src/policy/stopping.ts";
import { buildCharTokenizer } from "../src/policy/tokenizer/char_tokenizer.ts";
import { Tokenizer } from "../src/policy/tokenizer/tokenizer.ts";
import { Rng } from "../src/random/rng.ts";
import { ADAMW } from "../src/trainers/embedded/settings.ts";
import { PYTHON } from "../tests/python/environment.ts";
import { missingReference } from "./reference.ts";

/** `config.json` of Qwen/Qwen2.5-0.5B. */
const QWEN: PolicyConfig = {
  vocabSize: 151936,
  hiddenSize: 896,
  intermediateSize: 4864,
  layers: 24,
  heads: 14,
  kvHeads: 2,
  headDim: 64,
  ropeTheta: 1000000,
  rmsNormEps: 1e-6,
  attentionBias: true,
  ropeScaling: null,
  qkNorm: false,
  tieWordEmbeddings: true,
  maxPositions: 32768,
  bosTokenId: null,
  eosTokenIds: [],
  padTokenId: null,
};

const GIB = 2 ** 30;
const MOST = 12 * GIB;
const TASKS = ["generate", "sft", "lora", "grpo"] as const;
/** Sequences and tokens of each: two rows of 256 are trained on, eight of 32 behind a prompt of 32 are sampled. */
const SIZES = { rows: 2, time: 256, prompts: 2, samples: 4, prompt: 32, completion: 32 };
const LORA = {
  rank: 16,
  alpha: 32,
  dropout: 0,
  targetModules: ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
} as const;
const threads = navigator.hardwareConcurrency;

/** What one side did. */
interface Result {
  /** Seconds until the policy is in memory. */
  readonly loading: number;
  /** Tokens per second of the second step, the first one compiles. */
  readonly speed: number;
  /** Peak of resident memory, in bytes. */
  readonly peak: number;
}

function peakMemory(): number {
  const status = Deno.readTextFileSync("/proc/self/status");
  return 1024 * Number(/VmHWM:\s*(\d+)/.exec(status)![1]);
}

const ids = (count: number, rng: Rng) =>
  Array.from({ length: count }, () => rng.integer(QWEN.vocabSize));

/** Random completions of one-token prompts, or the groups that were sampled. */
function batchOf(groups: Parameters<typeof pack<null>>[0], maxTokens: number) {
  return pack(groups, { maxTokens }).map((batch) => {
    const column = (value: number) => new Float32Array(batch.labels.length).fill(value);
    return { batch, column };
  });
}

async function measure(task: typeof TASKS[number], folder: string): Promise<Result> {
  const begun = performance.now();
  using policy = await Policy.load(folder);
  const loading = (performance.now() - begun) / 1000;
  const { config, weights } = policy;
  const rng = new Rng("size");
  const objective = task === "grpo"
    ? { kind: "surrogate", clipLow: 0.2, clipHigh: 0.2, klCoefficient: 0 } as const
    : { kind: "likelihood" } as const;
  const adapter = task === "lora" ? policy.adapt(LORA, 1) : null;
  const options = { ...ADAMW, weightDecay: 0, maxGradNorm: 1, temperature: 1, threads };
  using learner = new Learner(config, weights, objective, options, adapter);
  using generator = new Generator(config, weights, { threads, maxRows: 64 });
  const sample = async () => {
    const requests = Array.from({ length: SIZES.prompts }, () => ({
      prompt: ids(SIZES.prompt, rng),
      streams: Array.from({ length: SIZES.samples }, (_, i) => rng.fork(i)),
      maxTokens: SIZES.completion,
    }));
    const stop = new StopCondition([], [], { decode: () => "" });
    const sampling = { temperature: 1, topP: 1, topK: 0, stop };
    const completions = await generator.generate(requests, sampling);
    return requests.map(({ prompt }, i) => ({
      prompt,
      completions: completions[i]!.map(({ tokens }) => ({ tokens, tag: null })),
    }));
  };
  const train = async (groups: Awaited<ReturnType<typeof sample>>) => {
    for (const { batch, column } of batchOf(groups, SIZES.rows * SIZES.time)) {
      const { loss } = await learner.accumulate(batch, {
        weights: column(1 / batch.labels.length),
        ...(task === "grpo" ? { advantages: column(1), old: column(-12) } : {}),
      });
      if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss}`);
    }
    await learner.step(1e-5);
  };
  const steps = {
    generate: async () => {
      await sample();
      return SIZES.prompts * SIZES.samples * SIZES.completion;
    },
    grpo: async () => {
      const groups = await sample();
      generator.release();
      await train(groups);
      return SIZES.prompts * SIZES.samples * SIZES.completion;
    },
    sft: async () => {
      const groups = Array.from({ length: SIZES.rows }, () => ({
        prompt: ids(1, rng),
        completions: [{ tokens: ids(SIZES.time, rng), tag: null }],
      }));
      await train(groups);
      return SIZES.rows * SIZES.time;
    },
  };
  const step = steps[task === "lora" ? "sft" : task];
  await step();
  const from = performance.now();
  const tokens = await step();
  const speed = tokens / ((performance.now() - from) / 1000);
  return { loading, speed, peak: peakMemory() };
}

async function run(program: string, args: readonly string[]): Promise<Result> {
  const { success, code, stdout } = await new Deno.Command(program, {
    args: [...args],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`${program} ${args.join(" ")} ended with ${code}`);
  return JSON.parse(new TextDecoder().decode(stdout).trimEnd().split("\n").at(-1)!);
}

/** Makes the policy, runs every task on both sides, prints a line each; returns whether all stayed below the bound. */
async function compare(chosen: readonly string[]): Promise<boolean> {
  const folder = `${await Deno.makeTempDir()}/policy`;
  try {
    const self = ["run", "-A", import.meta.filename!];
    await new Deno.Command(Deno.execPath(), { args: [...self, "--make", folder] }).output();
    const missing = await missingReference();
    if (missing) console.log(`PyTorch is not measured: ${missing}`);
    let fits = true;
    for (const task of TASKS.filter((name) => chosen.length === 0 || chosen.includes(name))) {
      const show = (side: string, { loading, speed, peak }: Result) =>
        console.log(
          `${task.padEnd(9)} ${side.padEnd(9)} ${speed.toFixed(1).padStart(8)} tokens/s  ` +
            `peak ${(peak / GIB).toFixed(2).padStart(5)} GiB  loaded in ${loading.toFixed(1)} s`,
        );
      const ours = await run(Deno.execPath(), [...self, "--task", task, folder]);
      show("Stepwise", ours);
      fits &&= ours.peak <= MOST;
      if (missing) continue;
      const script = new URL("./size_reference.py", import.meta.url).pathname;
      const sizes = JSON.stringify({ ...SIZES, lora: LORA, threads });
      const theirs = await run(PYTHON, [script, task, folder, sizes]);
      show("PyTorch", theirs);
      console.log(
        `${task.padEnd(9)} ratio     ${(ours.speed / theirs.speed).toFixed(2).padStart(8)}×`,
      );
    }
    if (!fits) console.log(`more than ${MOST / GIB} GiB were taken`);
    return fits;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const [flag, ...rest] = Deno.args;
if (flag === "--make") {
  const tokenizer = Tokenizer.of(buildCharTokenizer("abc", []));
  using policy = Policy.random(QWEN, tokenizer, 1, 0.02);
  await policy.save(rest[0]!);
} else if (flag === "--task") {
  const [task, folder] = rest as [typeof TASKS[number], string];
  console.log(JSON.stringify(await measure(task, folder)));
} else Deno.exit(await compare(Deno.args) ? 0 : 1);
