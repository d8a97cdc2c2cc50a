/**
 * @file What the runner adds to training: an SRL stage by `deno task experiment` (its process, metrics, rollouts, saved states,
 * progress, board and locks) beside the same loop called directly, in a process that does nothing else. In turn, several rounds, one
 * thread each; both must end with the same weights, byte for byte.
 */
import { experiment } from "../src/experiment/experiment.ts";
import { planExperiment } from "../src/experiment/plan.ts";
import { relay } from "../src/experiment/data.ts";
import type { TrainingSpec } from "../src/experiment/specs.ts";
import { srl } from "../src/experiment/srl.ts";
import { hashFile } from "../src/hash_file.ts";
import { TextLineStream } from "../src/runs/lines.ts";

const ROUNDS = 5;
/** More often than the default, which is once a minute: the stage takes less. */
const SAVE_EVERY = 5;

const root = new URL("../", import.meta.url);
const WEIGHTS = "checkpoint/model.safetensors";

/** The quickstart's SRL stage, of fewer updates. */
const declaration = {
  name: "runner",
  question: "What does the runner add to training?",
  policy: { "0.4m": new URL("experiments/checkpoints/relay-base", root).pathname },
  data: relay({ tier: "hard", train: 300, validation: 64 }),
  arms: {
    srl: [srl({
      updates: 10,
      groups: 32,
      learningRate: 4e-4,
      klCoefficient: 0.02,
      maxTokens: 40,
      microBatchTokens: 1024,
      validateEvery: 5,
    })],
  },
  seeds: [1],
  evaluation: { benchmarks: { easy: relay({ tier: "easy", problems: 1 }) }, samples: 0 },
};

/** What one round took, in seconds. */
interface Round {
  /** The loop alone, from the start of its process to its end. */
  readonly bare: number;
  /** The stage under the runner, from its start (its process is not there yet) to its last file. */
  readonly stage: number;
  /** From the start of the command to that of the stage: reading, checking and planning the experiment. */
  readonly ahead: number;
}

function deno(args: readonly string[], cwd: string): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "--config", new URL("deno.json", root).pathname, ...args],
    cwd,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** The experiment command in a new folder; the hash of the weights that it leaves, and when its stage began and ended. */
async function withRunner(dir: string, stage: string) {
  const begun = performance.now();
  const script = new URL("src/cli/experiment.ts", root).href;
  const options = ["--jobs", "1", "--save-every", String(SAVE_EVERY)];
  const child = deno([script, "runner.ts", ...options], dir);
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  const times: number[] = [];
  for await (const line of lines) {
    if (/^(start|done) +srl, /.test(line)) times.push((performance.now() - begun) / 1000);
  }
  const { code } = await child.status;
  const [start, end] = times;
  if (code !== 0 || start === undefined || end === undefined) {
    throw new Error(`the experiment ended with code ${code}`);
  }
  const hash = await hashFile(`${dir}/.stepwise/stages/${stage}/${WEIGHTS}`, "weights");
  return { start, end, hash };
}

/** The loop alone, in a process of its own. */
async function alone(dir: string, spec: string) {
  const begun = performance.now();
  const child = deno([import.meta.url, "--bare", spec, `${dir}/checkpoint`], dir);
  const [{ code }] = await Promise.all([child.status, child.stdout.cancel()]);
  const seconds = (performance.now() - begun) / 1000;
  if (code !== 0) throw new Error(`the loop ended with code ${code}`);
  return { seconds, hash: await hashFile(`${dir}/${WEIGHTS}`, "weights") };
}

async function round(at: number, stage: string, spec: string, file: string): Promise<Round> {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${dir}/runner.ts`, file);
    // Who comes first changes from round to round: a machine slows down as it warms up.
    const first = at % 2 === 0 ? await alone(dir, spec) : null;
    const run = await withRunner(dir, stage);
    const bare = first ?? await alone(dir, spec);
    if (bare.hash !== run.hash) throw new Error("the two did not train the same policy");
    return { bare: bare.seconds, stage: run.end - run.start, ahead: run.start };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

async function compare(): Promise<void> {
  const { stages } = await planExperiment(experiment(declaration));
  const { id, spec } = stages[0]!;
  const module = new URL("src/experiment/experiment.ts", root).href;
  const file = `import { experiment } from "${module}";
export default experiment(${JSON.stringify(declaration)});\n`;
  const rounds: Round[] = [];
  for (let at = 0; at < ROUNDS; at++) {
    const took = await round(at, id, JSON.stringify(spec), file);
    rounds.push(took);
    const { bare, stage } = took;
    console.log(
      `round ${at + 1}: the loop alone ${bare.toFixed(2)} s, the stage ${stage.toFixed(2)} s, ` +
        `ratio ${(stage / bare).toFixed(4)}`,
    );
  }
  const ratio = median(rounds.map(({ bare, stage }) => stage / bare));
  const ahead = median(rounds.map(({ ahead }) => ahead));
  console.log(
    `the runner's share of a stage's time: ${
      (100 * (ratio - 1)).toFixed(2)
    } % (median of ${ROUNDS} ratios); ` +
      `once a command, before its first stage: ${ahead.toFixed(2)} s`,
  );
}

const [flag, ...rest] = Deno.args;
if (flag === "--bare") {
  const [spec = "", folder = ""] = rest;
  const { trainBare } = await import("./bare_loop.ts");
  await trainBare(JSON.parse(spec) as TrainingSpec, folder);
  Deno.exit(0);
} else await compare();
