/** @file Runs of a stand-in for a trainer on Ray, which the live tests share. */
import type { ResolvedRay } from "../../../src/experiment/ray.ts";
import { RayClient } from "../../../src/trainers/ray/client.ts";
import { type RayJobOptions, runRayJob } from "../../../src/trainers/ray/run_ray_job.ts";
import type { JobEvent } from "../../../src/trainers/jobs/job_process.ts";

/** What `stand_in.py` is told. */
export interface StandIn {
  readonly updates: number;
  readonly seconds: number;
  readonly at?: number;
  readonly exit?: number;
  readonly kill?: boolean;
}

/** A job's folder whose launcher is `stand_in.py`. */
export async function standIn(config: StandIn): Promise<string> {
  const dir = await Deno.makeTempDir();
  await Deno.mkdir(`${dir}/output`);
  await Deno.mkdir(`${dir}/policy`);
  await Deno.writeTextFile(`${dir}/policy/model.bin`, "large");
  await tell(dir, config);
  await Deno.writeTextFile(`${dir}/data.jsonl`, '{"x":1}\n{"x":10}\n{"x":100}\n');
  await Deno.writeTextFile(`${dir}/requirements.txt`, "# none\n");
  await Deno.copyFile(new URL("stand_in.py", import.meta.url), `${dir}/train.py`);
  return dir;
}

/** Says what the next launch does. */
export async function tell(dir: string, config: StandIn): Promise<void> {
  await Deno.writeTextFile(`${dir}/config.json`, JSON.stringify(config));
}

/** Runs it, and tells what was heard. */
export async function run(dir: string, client: RayClient, more: Partial<RayJobOptions> = {}) {
  const heard: JobEvent[] = [];
  const said: string[] = [];
  const ray: ResolvedRay = { address: null, device: "cpu", install: false, env: {} };
  const end = await runRayJob({
    ...{ client, dir, ray, heard, name: "test", stays: ["policy"] },
    ...{ command: ["python", "train.py"], share: { cpus: 1, gpus: 0 }, env: {}, savedStep: 0 },
    ...{ stallSeconds: 60, stop: new AbortController().signal },
    onSubmit: () => Promise.resolve(),
    onEvent: (event) => Promise.resolve(void heard.push(event)),
    report: (message) => said.push(message),
    ...more,
  });
  return { ...end, heard, said };
}

// `deno run stand_in.ts DIR ADDRESS`: a process of its own, which a test kills.
if (import.meta.main) await run(Deno.args[0]!, new RayClient(Deno.args[1]!));
