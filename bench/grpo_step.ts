/**
 * @file A step of GRPO on the embedded engine and on TRL, in one run: the same policy, prompts, G and lengths. `deno run -A bench/grpo_step.ts`;
 * needs the packages that `deno task doctor trl` names.
 */
import type { TrainingSpec } from "../src/experiment/specs.ts";
import { srl, srlSchema } from "../src/experiment/srl.ts";
import { trl, trlSchema } from "../src/experiment/trl.ts";
import { METRICS, readRows } from "../src/results/jsonl_rows.ts";
import type { StageContext } from "../src/runs/stage.ts";
import { runTrainingStage } from "../src/trainers/embedded/run_stage.ts";
import { runJobStage } from "../src/trainers/jobs/run_stage.ts";
import { TIMINGS } from "../src/trainers/jobs/timings.ts";

/** Updates that are not counted: graphs are compiled, caches are cold. */
const WARM_UP = 2;

const checkpoint = new URL("../experiments/checkpoints/relay-base", import.meta.url).pathname;
const updates = Number(Deno.args[0] ?? 8);
const spec: TrainingSpec = {
  kind: "train",
  policy: { checkpoint },
  stage: srlSchema.parse(srl({
    // Every group is trained on, so that both do the same work.
    ...{
      updates,
      groups: 16,
      rollouts: 8,
      learningRate: 1e-5,
      maxTokens: 32,
      dynamicSampling: false,
    },
  })),
  data: { domain: "relay", tier: "hard", train: 64, validation: 0, seed: 1 },
  prompts: { chat: {} },
  ...{ seed: 1, threads: 1, engine: "bench", versions: {}, contents: {} },
};

/** Milliseconds of a step, the middle of those that count, and tokens of a completion. */
async function measure(run: (context: StageContext) => Promise<void>) {
  const dir = await Deno.makeTempDir();
  await run({ dir, parent: checkpoint, seed: 1, threads: 1, report: () => {} });
  const times = (await readRows(TIMINGS, `${dir}/timings.jsonl`)).slice(WARM_UP)
    .map(({ ms }) => ms).sort((a, b) => a - b);
  const metrics = (await readRows(METRICS, `${dir}/metrics.jsonl`)).slice(WARM_UP);
  const tokens = metrics.reduce((sum, row) => sum + row["completionTokens"]!, 0) / metrics.length;
  await Deno.remove(dir, { recursive: true });
  return { ms: times[Math.floor(times.length / 2)]!, tokens };
}

const embedded = await measure((context) => runTrainingStage(spec, context));
const theirs = await measure((context) =>
  runJobStage({ ...spec, trainer: trlSchema.parse(trl()) }, context)
);
for (const [name, { ms, tokens }] of Object.entries({ embedded, TRL: theirs })) {
  console.log(
    `${name.padEnd(9)} ${(ms / 1000).toFixed(2)} s a step, ${
      tokens.toFixed(1)
    } tokens a completion`,
  );
}
console.log(`ratio     ${(theirs.ms / embedded.ms).toFixed(1)}`);
