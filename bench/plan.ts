/** @file Time of `--plan` for a thousand cells, the start of the process counted: with nothing stored, and with all stored but one arm. */
import { experiment } from "../src/experiment/experiment.ts";
import { loadExperiment } from "../src/experiment/load.ts";
import { planExperiment } from "../src/experiment/plan.ts";
import { StageStore } from "../src/runs/store.ts";
import { kindOf } from "../src/runs/estimate.ts";
import type { ExperimentDeclaration } from "../src/experiment/schema.ts";

const ROUNDS = 5;
const ARMS = 20;
const SEEDS = 50;

const root = new URL("../", import.meta.url);
const policy = new URL("experiments/checkpoints/relay-base", root).pathname;

/** Twenty arms of two training stages, the first of which two arms share. */
function declaration(learningRate: number): ExperimentDeclaration {
  const arms = Array.from({ length: ARMS }, (_, i) => {
    const steps = {
      kind: "srl",
      updates: 30,
      groups: 32,
      learningRate: i < 2 ? learningRate : 3e-4,
      maxTokens: 40 + Math.floor(i / 2),
    } as const;
    const answers = { kind: "rlvr", updates: 30, groups: 6, learningRate: 4e-4 } as const;
    return [`arm ${i}`, i % 2 === 0 ? [steps] : [steps, answers]] as const;
  });
  return {
    name: "thousand",
    question: "How long does a plan take?",
    policy: { small: policy },
    data: { domain: "relay", tier: "hard", train: 300, validation: 64 },
    arms: Object.fromEntries(arms),
    seeds: Array.from({ length: SEEDS }, (_, i) => i + 1),
    evaluation: { benchmarks: { hard: { domain: "relay", tier: "hard", problems: 100 } } },
  };
}

const dir = await Deno.makeTempDir();

/** Writes the experiment as a file. */
async function write(learningRate: number): Promise<void> {
  const module = new URL("src/experiment/experiment.ts", root).href;
  const text = `import { experiment } from "${module}";
export default experiment(${JSON.stringify(declaration(learningRate))});\n`;
  await Deno.writeTextFile(`${dir}/thousand.ts`, text);
}

/** Seconds that the command takes, the fastest and the middle of some rounds. */
async function time(title: string, options: readonly string[]): Promise<void> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "-q",
      "--config",
      new URL("deno.json", root).pathname,
      new URL("src/cli/experiment.ts", root).href,
      "thousand.ts",
      ...options,
    ],
    cwd: dir,
    stdout: "piped",
    stderr: "piped",
  });
  const seconds: number[] = [];
  let lines = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    const { code, stdout, stderr } = await command.output();
    seconds.push((performance.now() - begun) / 1000);
    if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
    lines = new TextDecoder().decode(stdout).split("\n").length - 1;
  }
  seconds.sort((a, b) => a - b);
  const [fastest, middle] = [seconds[0]!, seconds[Math.floor(ROUNDS / 2)]!];
  console.log(
    `${title}: ${middle.toFixed(2)} s (fastest ${fastest.toFixed(2)} s), ${lines} lines`,
  );
}

try {
  await write(3e-4);
  await time(`--plan, ${ARMS * SEEDS} cells, nothing stored`, ["--plan"]);
  const { cells, stages } = await planExperiment(experiment(declaration(3e-4)));
  const store = new StageStore(`${dir}/.stepwise`);
  for (const { id, spec } of stages) {
    await Deno.mkdir(store.dir(id), { recursive: true });
    await Deno.writeTextFile(`${store.dir(id)}/stage.json`, JSON.stringify(spec, null, 2));
    const provenance = { cpu: "another", seconds: 1, work: {} };
    await Deno.writeTextFile(`${store.dir(id)}/provenance.json`, JSON.stringify(provenance));
  }
  const kinds = new Map(stages.map(({ id, spec }) => [id, kindOf(spec)]));
  const entries = cells.map(({ training, evaluation, ...cell }) => ({
    ...cell,
    stages: [...training, evaluation].map((id) => ({
      id,
      kind: kinds.get(id),
      dir: store.dir(id),
    })),
  }));
  await Deno.mkdir(`${dir}/results/thousand`, { recursive: true });
  const declared = await loadExperiment(`${dir}/thousand.ts`);
  const text = JSON.stringify({ experiment: declared, cells: entries });
  await Deno.writeTextFile(`${dir}/results/thousand/cells.json`, text);
  await write(2e-4);
  await time(`--plan, ${stages.length} stages stored, two arms changed`, ["--plan"]);
  await time("the same as JSON", ["--plan", "--json"]);
} finally {
  await Deno.remove(dir, { recursive: true });
}
