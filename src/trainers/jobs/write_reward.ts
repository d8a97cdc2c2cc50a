/** @file The reward of a job, and the sources that compute it. */
import { inputsOf, mapInputs } from "../../rewards/inputs.ts";
import type { LineWorkerConfig } from "../../rewards/score_lines.ts";
import type { JobRequest, JobReward } from "./job_config.ts";
import type { PracticeMaterial } from "./material.ts";
import { copyRewardSources, SOURCES } from "./reward_sources.ts";

/** Milliseconds that one reward may take, as in the embedded engine. */
const DEADLINE_MS = 5000;

/** Whether a reward counts tokens, so that it needs the policy's tokenizer. */
function countsTokens(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) =>
    (key === "unit" && inner === "token") || countsTokens(inner)
  );
}

/**
 * Writes `reward.json` and the sources that it needs.
 *
 * @param items Most items that the launcher sends at once.
 * @returns What the launcher is told of them.
 * @throws {InputError} for rewards that cannot travel.
 */
export async function writeReward(
  dir: string,
  { spec, tasks, start }: Pick<JobRequest, "spec" | "tasks" | "start">,
  { stage: { reward }, setting: { output, cutIsBroken } }: PracticeMaterial,
  items: number,
): Promise<JobReward> {
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
  return {
    folder: SOURCES,
    script: sources.script,
    config: "../reward.json",
    // Where every item takes its whole time, and the worker starts anew for it.
    batchSeconds: 60 + Math.ceil(items / spec.threads) * (DEADLINE_MS / 1000 + 2),
  };
}
