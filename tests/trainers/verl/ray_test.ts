/** @file A stage of verl on a real Ray cluster of this machine: only vLLM and the GPUs have a stand-in. */
import { assert, assertEquals } from "@std/assert";
import { srl, srlSchema } from "../../../src/experiment/srl.ts";
import { METRICS, readRows } from "../../../src/results/jsonl_rows.ts";
import { runJobStage } from "../../../src/trainers/jobs/run_stage.ts";
import { VERL_PYTHON } from "../../python/environment.ts";
import { Cluster } from "../ray/cluster.ts";
import { contextOf } from "../trl/specs.ts";
import { live, STAND_IN } from "./python_available.ts";
import { hereOf } from "./specs.ts";

Deno.test(live("SRL on verl goes through a Ray cluster and comes back"), async () => {
  await using cluster = await Cluster.start({
    ...{ python: VERL_PYTHON!, cpus: 16, gpus: 1, store: 300_000_000 },
  });
  const stage = srlSchema.parse(
    srl({ updates: 2, groups: 6, rollouts: 4, learningRate: 1e-3, maxTokens: 24 }),
  );
  const spec = hereOf(stage);
  const overrides = (spec.trainer!.kind === "verl" ? spec.trainer!.overrides : [])
    // The cluster has said already what it has.
    .filter((setting) => !setting.includes("ray_init"));
  const ray = {
    ...{ address: cluster.address, device: "gpu" as const, install: false },
    env: { ...STAND_IN, STEPWISE_DENO: Deno.execPath() },
  };
  const told: string[] = [];
  const context = await contextOf({
    report: (event) => void (event.type === "log" && told.push(event.message)),
  });
  await runJobStage({ ...spec, trainer: { ...spec.trainer!, overrides, ray } as never }, context);
  assert(told.some((message) => message.startsWith("submitted to Ray at ")), told.join("\n"));
  const rows = await readRows(METRICS, `${context.dir}/metrics.jsonl`);
  assertEquals(rows.map(({ step }) => step), [0, 1]);
  assert(Deno.statSync(`${context.dir}/checkpoint/model.safetensors`).isFile);
  const { engine, versions } = JSON.parse(Deno.readTextFileSync(`${context.dir}/trainer.json`));
  assertEquals([engine, versions.verl], ["verl", "0.9.1"]);
  assert(versions.ray);
});
