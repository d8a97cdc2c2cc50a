/** @file The job that a stage becomes: a folder that trains without Stepwise. */
import type { TrainingTasks } from "../../domains/load_tasks.ts";
import type { TrainingSpec } from "../../experiment/specs.ts";
import type { ResolvedTrl } from "../../experiment/trl.ts";
import { writeWhole } from "../../files.ts";
import { contextBound } from "../../policy/room.ts";
import { inputsOf, mapInputs } from "../../rewards/inputs.ts";
import type { LineWorkerConfig } from "../../rewards/score_lines.ts";
import { writeLedgers } from "../../runs/ledgers.ts";
import { fitStage } from "../embedded/fit_stage.ts";
import { MAX_ROWS } from "../embedded/settings.ts";
import { Ruler } from "../embedded/ruler.ts";
import type { PolicyStart } from "../embedded/start_policy.ts";
import { accelerateConfig } from "./accelerate_config.ts";
import { jobReadme } from "./job_readme.ts";
import { demonstrationRows, practiceRows, type PracticeSetting } from "../jobs/job_rows.ts";
import { microBatches } from "./micro_batches.ts";
import { copyRewardSources, SOURCES } from "../jobs/reward_sources.ts";
import { slurmScript } from "./slurm_script.ts";
import { averagesRows, grpoArguments, sftArguments, type TrlArguments } from "./trl_arguments.ts";

/** Files of the launcher, copied as they are. */
const LAUNCHER = [
  "train.py",
  "training.py",
  "sampler.py",
  "groups.py",
  "generation.py",
  "rewards.py",
  "records.py",
];

/** Version of DeepSpeed that `zero3` is made for. */
const DEEPSPEED = "0.19.8";

/** Milliseconds that one reward may take, as in the embedded engine. */
const DEADLINE_MS = 5000;

/** Where the policy is that a job starts from. */
export interface JobModel {
  /** A folder, absolute or relative to the job's; or a model of the Hub, `owner/name`. */
  readonly path: string;
  /** The Hub's commit; null for a folder. */
  readonly revision: string | null;
}

/** What a job is made from. */
export interface JobRequest {
  /** What the stage is told. */
  readonly spec: TrainingSpec;
  /** How it trains. */
  readonly engine: ResolvedTrl;
  /** What it is, for people. */
  readonly label: string;
  /** Training data. */
  readonly tasks: TrainingTasks;
  /** Tokenizer and shape of the policy. */
  readonly start: PolicyStart;
  /** Where that policy will be. */
  readonly model: JobModel;
  /** Seconds between two checkpoints to go on from. */
  readonly saveEvery: number;
}

/** `config.json` of a job: all that the launcher is told. */
export interface JobConfig {
  /** Which of TRL's trainers. */
  readonly trainer: "grpo" | "sft";
  /** The stage, for people. */
  readonly label: string;
  /** Where the policy is. */
  readonly model: JobModel;
  /** Versions of the packages that it is made for. */
  readonly packages: Readonly<Record<string, string>>;
  /** Keyword arguments of TRL's configuration. */
  readonly arguments: TrlArguments;
  /** Optimiser updates in all. */
  readonly updates: number;
  /** Updates on each batch. */
  readonly updatesPerBatch: number;
  /** Updates between two snapshots to validate; null for none. */
  readonly validateEvery: number | null;
  /** Seconds between two checkpoints to go on from. */
  readonly saveEverySeconds: number;
  /** Tokens that end a completion. */
  readonly endTokenIds: readonly number[];
  /** Token that fills rows up. */
  readonly padTokenId: number;
  /** How rollouts are sampled; absent for SFT. */
  readonly sampling?: Readonly<Record<string, unknown>>;
  /** The reward worker; absent for SFT. */
  readonly reward?: Readonly<Record<string, unknown>>;
  /** Largest share of rewards that may fail; absent for SFT. */
  readonly maxRewardFailures?: number;
}

/** A job as written. */
export interface WrittenJob {
  /** Its `config.json`. */
  readonly config: JobConfig;
  /** Problems to validate on. */
  readonly tasks: TrainingTasks;
}

/** JSON with a row or a value a line: large lists stay readable. */
function lines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

/** Whether a reward counts tokens, so that it needs the policy's tokenizer. */
function countsTokens(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) =>
    (key === "unit" && inner === "token") || countsTokens(inner)
  );
}

/**
 * Writes a stage's job into a folder that is there and empty: data, order, configuration, launcher, rewards, requirements, and a README.
 *
 * @throws {InputError} for data that cannot be used as the stage says, and rewards that cannot travel.
 */
export async function writeJob(dir: string, request: JobRequest): Promise<WrittenJob> {
  const { spec, engine, tasks, start, label } = request;
  const { stage, seed } = spec;
  // What the plan refuses cannot come here.
  if (stage.kind === "r3") throw new TypeError("a job's order is written before it begins");
  const fitted = fitStage(stage, tasks, new Ruler(start, "policy"), {
    context: contextBound(start.config),
    microBatch: { name: "microBatchTokens", tokens: stage.microBatchTokens },
    path: "",
  });
  tasks.ledger?.prompts.use(fitted.used);
  for (const prompt of fitted.dropped) tasks.ledger?.prompts.drop(prompt);
  const world = engine.processes * engine.nodes;
  const shared = {
    label,
    model: request.model,
    packages: engine.packages,
    validateEvery: fitted.tasks.validation.length > 0 ? stage.validateEvery : null,
    saveEverySeconds: request.saveEvery,
    endTokenIds: start.prompts.endTokenIds,
    padTokenId: start.config.padTokenId ?? start.prompts.endTokenIds[0] ?? 0,
  };
  const divide = (rows: number, longest: number) =>
    microBatches(rows / world, longest, stage.microBatchTokens, engine.sequences);
  let config: JobConfig;
  let made: {
    readonly rows: readonly { readonly promptTokens: number }[];
    readonly order: readonly number[];
  };
  if (stage.kind === "sft") {
    const updates = stage.updates ??
      stage.epochs! * Math.ceil(fitted.tasks.train!.length / stage.batch);
    const rows = demonstrationRows(stage, fitted.tasks, start, updates, seed);
    made = rows;
    const longest = Math.max(...rows.rows.map((r) => r.promptTokens + r.completionTokens));
    const micro = divide(stage.batch, longest);
    config = {
      trainer: "sft",
      ...shared,
      arguments: sftArguments(stage, { engine, micro, updates, seed }),
      updates,
      updatesPerBatch: 1,
    };
  } else {
    const { setting, ...rows } = practiceRows(stage, fitted.tasks, start, fitted.items, seed);
    made = rows;
    const longest = Math.max(...rows.rows.map((r) => r.promptTokens + r.maxTokens));
    const micro = divide(stage.groups * stage.rollouts, longest);
    const { dynamicSampling, updates, updatesPerBatch } = stage;
    config = {
      trainer: "grpo",
      ...shared,
      arguments: grpoArguments(stage, { engine, micro, updates, seed }),
      updates,
      updatesPerBatch,
      sampling: {
        groups: stage.groups,
        rollouts: stage.rollouts,
        epsilon: dynamicSampling ? dynamicSampling.epsilon : null,
        maxRefills: dynamicSampling ? dynamicSampling.maxRefills : 0,
        advantageEpsilon: stage.advantageEpsilon,
        averagesRows: averagesRows(stage.loss),
        maskTruncated: stage.maskTruncated,
        temperature: stage.temperature,
        topP: stage.topP,
        topK: stage.topK,
        stops: setting.stops,
        rowsAtOnce: MAX_ROWS,
      },
      reward: await writeReward(dir, spec, tasks, start, setting, world),
      maxRewardFailures: stage.maxRewardFailures,
    };
  }
  const source = new URL("./job/", import.meta.url);
  for (const name of LAUNCHER) {
    await Deno.writeTextFile(`${dir}/${name}`, await Deno.readTextFile(new URL(name, source)));
  }
  await Deno.writeTextFile(`${dir}/data.jsonl`, lines(made.rows));
  await Deno.writeTextFile(`${dir}/order.json`, `${JSON.stringify(made.order)}\n`);
  if (tasks.ledger !== null) await writeLedgers(dir, { data: tasks.ledger });
  await Deno.writeTextFile(`${dir}/requirements.txt`, requirements(engine));
  if (engine.sharding !== "none" || engine.nodes > 1) {
    const text = accelerateConfig(engine, stage.maxGradNorm);
    await Deno.writeTextFile(`${dir}/accelerate.yaml`, text);
    await Deno.writeTextFile(`${dir}/slurm.sh`, slurmScript(label, engine));
  }
  await Deno.writeTextFile(`${dir}/README.md`, jobReadme({ config, engine, ...made }));
  await Deno.mkdir(`${dir}/output/snapshots`, { recursive: true });
  // Last: a folder with a configuration is whole.
  await writeWhole(`${dir}/config.json`, `${JSON.stringify(config, null, 2)}\n`);
  return { config, tasks: fitted.tasks };
}

/** Writes `reward.json` and the sources that it needs; returns what the launcher is told of them. */
async function writeReward(
  dir: string,
  spec: TrainingSpec,
  tasks: TrainingTasks,
  start: PolicyStart,
  { output, cutIsBroken }: PracticeSetting,
  world: number,
): Promise<Readonly<Record<string, unknown>>> {
  if (spec.stage.kind === "sft") throw new TypeError("a stage of SFT has no reward");
  const { reward, groups, rollouts } = spec.stage;
  const files = inputsOf(reward).map(({ path }) => path);
  const sources = await copyRewardSources(dir, tasks.format.verifier, files);
  const { action, ...form } = output;
  const config: LineWorkerConfig = {
    reward: mapInputs(reward, ({ path }) => sources.modules.get(path)!),
    verifier: sources.verifier,
    tokenizer: countsTokens(reward) ? start.tokenizer.files : null,
    reading: {
      cutIsBroken,
      output: { ...form, ...action ? { action: [action.source, action.flags] as const } : {} },
    },
    workers: spec.threads,
    deadlineMs: DEADLINE_MS,
  };
  await Deno.writeTextFile(`${dir}/reward.json`, `${JSON.stringify(config, null, 2)}\n`);
  // Where every item of a process's share takes its whole time, and the worker starts anew for it.
  const items = Math.ceil(groups / world) * rollouts;
  return {
    folder: SOURCES,
    script: sources.script,
    config: "../reward.json",
    batchSeconds: 60 + Math.ceil(items / spec.threads) * (DEADLINE_MS / 1000 + 2),
  };
}

function requirements({ packages, sharding }: ResolvedTrl): string {
  return [
    ...Object.entries(packages).map(([name, version]) => `${name}==${version}`),
    ...sharding === "zero3" ? [`deepspeed==${DEEPSPEED}`] : [],
    "# The program that computes the rewards:",
    `deno==${Deno.version.deno}`,
    "",
  ].join("\n");
}
