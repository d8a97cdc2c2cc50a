/** @file A stage's job of verl, as files. */
import { loadTraining } from "../../../src/domains/load_tasks.ts";
import type { ResolvedData } from "../../../src/experiment/data.ts";
import type { ResolvedStage } from "../../../src/experiment/stages.ts";
import type { VerlOptions } from "../../../src/experiment/verl.ts";
import { openStart } from "../../../src/trainers/embedded/start_policy.ts";
import { type VerlJobConfig, writeVerlJob } from "../../../src/trainers/verl/write_job.ts";
import { BASE, DATA } from "../trl/specs.ts";
import { specOf } from "./specs.ts";

/** Writes it. */
export async function written(
  stage: ResolvedStage,
  engine: VerlOptions = {},
  data: ResolvedData = DATA,
) {
  const dir = await Deno.makeTempDir();
  const spec = specOf(stage, engine, data);
  const tasks = await loadTraining(spec.data, spec.prompts);
  await writeVerlJob(dir, {
    ...{ spec, engine: spec.trainer, label: "a label, seed 1", tasks },
    start: await openStart({ checkpoint: BASE }, spec.data, tasks),
    model: { path: "policy", revision: null },
    saveEvery: 600,
  });
  const text = (name: string) => Deno.readTextFileSync(`${dir}/${name}`);
  const rows = (name: string) =>
    text(name).trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
  const config: VerlJobConfig = JSON.parse(text("config.json"));
  const settings = Object.fromEntries(
    text("overrides.txt").trimEnd().split("\n").map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  return { dir, text, rows, config, settings, spec };
}
