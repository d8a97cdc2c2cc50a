/** @file The job that a stage becomes on verl: a folder that trains without Stepwise. */
import { FLASH_ATTENTION } from "../../experiment/verl_packages.ts";
import type { ResolvedVerl } from "../../experiment/verl.ts";
import type { JobConfig, JobRequest, WrittenJob } from "../jobs/job_config.ts";
import { type PracticeRow, validationDemonstrations, validationPrompts } from "../jobs/job_rows.ts";
import { materialOf } from "../jobs/material.ts";
import { jsonLines, type Launcher, requirementsText, writeJobFiles } from "../jobs/write_files.ts";
import { writeReward } from "../jobs/write_reward.ts";
import { jobReadme } from "./job_readme.ts";
import { slurmScript } from "./slurm_script.ts";
import {
  imitationSettings,
  overridesText,
  practiceSettings,
  type SamplingRoom,
  type VerlSettings,
} from "./verl_settings.ts";

const LAUNCHER: Launcher = {
  folder: new URL("./job/", import.meta.url),
  own: ["train.py", "job.py", "policies.py"],
  shared: ["records.py"],
};

/** Modules of each kind of job besides. */
const MODULES = {
  sft: { own: ["imitation.py"], shared: [] },
  grpo: {
    own: [
      "runner.py",
      "practice.py",
      "replay.py",
      "prompts.py",
      "judge.py",
      "advantage.py",
      "agent.yaml",
    ],
    shared: ["account.py", "groups.py", "rewards.py", "text.py"],
  },
} as const;

/** Most items that a reward worker is sent at once; see `judge.py`. */
const REWARD_BATCH = 256;

/** `config.json` of a job of verl. */
export interface VerlJobConfig extends JobConfig {
  /** Seed of the stage. */
  readonly seed: number;
}

/**
 * Writes a stage's job into a folder that is there and empty: data, order, settings, launcher, rewards, requirements, and a README.
 *
 * @throws {InputError} for data that cannot be used as the stage says, rewards that cannot travel, and overrides of what the stage sets.
 */
export async function writeVerlJob(
  dir: string,
  request: JobRequest<ResolvedVerl>,
): Promise<WrittenJob<VerlJobConfig>> {
  const { spec: { seed }, engine, label, start } = request;
  const material = materialOf(request);
  const { shared, tasks, kind } = material;
  const options = { engine, seed, label };
  const validates = shared.validateEvery !== null;
  let config: VerlJobConfig;
  let settings: VerlSettings;
  let held: readonly unknown[] = [];
  if (material.kind === "sft") {
    config = { trainer: "sft", ...shared, seed };
    settings = imitationSettings(material, options);
    if (validates) held = validationDemonstrations(material.stage, tasks, start);
  } else {
    const asked = validates ? validationPrompts(tasks, start) : [];
    held = asked;
    config = {
      ...{ trainer: "grpo", ...shared, seed, sampling: { ...material.sampling } },
      reward: await writeReward(dir, request, material, REWARD_BATCH),
      maxRewardFailures: material.stage.maxRewardFailures,
    };
    settings = practiceSettings(material, roomOf([...material.rows, ...asked]), options);
  }
  const { packages, attention, nodes } = engine;
  await writeJobFiles(dir, request, material, {
    launcher: {
      folder: LAUNCHER.folder,
      own: [...LAUNCHER.own, ...MODULES[kind].own],
      shared: [...LAUNCHER.shared, ...MODULES[kind].shared],
    },
    config,
    texts: {
      "overrides.txt": overridesText(settings, engine.overrides),
      "requirements.txt": requirementsText({
        ...packages,
        ...attention === "flash_attention_2" ? { "flash-attn": FLASH_ATTENTION } : {},
      }),
      ...validates ? { "validation.jsonl": jsonLines(held) } : {},
      ...nodes > 1 ? { "slurm.sh": slurmScript(label, engine, kind) } : {},
      "README.md": jobReadme({ config, engine, ...material }),
    },
  });
  return { config, tasks };
}

function roomOf(rows: readonly PracticeRow[]): SamplingRoom {
  const most = (of: (row: PracticeRow) => number) =>
    rows.reduce((longest, row) => Math.max(longest, of(row)), 0);
  return {
    prompt: most((row) => row.promptTokens),
    completion: most((row) => row.maxTokens),
    both: most((row) => row.promptTokens + row.maxTokens),
  };
}
