/** @file The job that a stage becomes on TRL: a folder that trains without Stepwise. */
import type { ResolvedTrl } from "../../experiment/trl.ts";
import { MAX_ROWS } from "../embedded/settings.ts";
import type { JobConfig, JobRequest, WrittenJob } from "../jobs/job_config.ts";
import { materialOf } from "../jobs/material.ts";
import { type Launcher, requirementsText, writeJobFiles } from "../jobs/write_files.ts";
import { writeReward } from "../jobs/write_reward.ts";
import { accelerateConfig } from "./accelerate_config.ts";
import { jobReadme } from "./job_readme.ts";
import { microBatches } from "./micro_batches.ts";
import { slurmScript } from "./slurm_script.ts";
import { averagesRows, grpoArguments, sftArguments, type TrlArguments } from "./trl_arguments.ts";

const LAUNCHER: Launcher = {
  folder: new URL("./job/", import.meta.url),
  own: ["train.py", "training.py", "sampler.py", "generation.py"],
  shared: ["account.py", "groups.py", "records.py", "rewards.py", "text.py"],
};

/** Version of DeepSpeed that `zero3` is made for. */
const DEEPSPEED = "0.19.8";

/** `config.json` of a job of TRL. */
export interface TrlJobConfig extends JobConfig {
  /** Keyword arguments of TRL's configuration. */
  readonly arguments: TrlArguments;
}

/**
 * Writes a stage's job into a folder that is there and empty: data, order, configuration, launcher, rewards, requirements, and a README.
 *
 * @throws {InputError} for data that cannot be used as the stage says, and rewards that cannot travel.
 */
export async function writeTrlJob(
  dir: string,
  request: JobRequest<ResolvedTrl>,
): Promise<WrittenJob<TrlJobConfig>> {
  const { spec: { stage, seed }, engine, label } = request;
  const material = materialOf(request);
  const { shared, longest } = material;
  const { updates } = shared;
  const world = engine.processes * engine.nodes;
  const divide = (rows: number) =>
    microBatches(rows / world, longest, stage.microBatchTokens, engine.sequences);
  let config: TrlJobConfig;
  if (material.kind === "sft") {
    const micro = divide(material.stage.batch);
    const options = { engine, micro, updates, seed };
    config = { trainer: "sft", ...shared, arguments: sftArguments(material.stage, options) };
  } else {
    const { stage, sampling } = material;
    const micro = divide(stage.groups * stage.rollouts);
    config = {
      trainer: "grpo",
      ...shared,
      arguments: grpoArguments(stage, { engine, micro, updates, seed }),
      sampling: {
        ...sampling,
        averagesRows: averagesRows(stage.loss),
        temperature: stage.temperature,
        topP: stage.topP,
        topK: stage.topK,
        rowsAtOnce: MAX_ROWS,
      },
      // A process's share.
      reward: await writeReward(
        dir,
        request,
        material,
        Math.ceil(stage.groups / world) * stage.rollouts,
      ),
      maxRewardFailures: stage.maxRewardFailures,
    };
  }
  const { sharding, nodes, packages } = engine;
  const shares = sharding !== "none" || nodes > 1;
  await writeJobFiles(dir, request, material, {
    launcher: LAUNCHER,
    config,
    texts: {
      "requirements.txt": requirementsText({
        ...packages,
        ...sharding === "zero3" ? { deepspeed: DEEPSPEED } : {},
      }),
      ...shares
        ? {
          "accelerate.yaml": accelerateConfig(engine, stage.maxGradNorm),
          "slurm.sh": slurmScript(label, engine),
        }
        : {},
      "README.md": jobReadme({ config, engine, ...material }),
    },
  });
  return { config, tasks: material.tasks };
}
