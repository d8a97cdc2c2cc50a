import { assert, assertEquals } from "@std/assert";
import type { RayOptions } from "../../../src/experiment/ray.ts";
import { srl, srlSchema } from "../../../src/experiment/srl.ts";
import { readResume } from "../../../src/runs/resumable.ts";
import { StageStopped } from "../../../src/runs/stopped.ts";
import { runTrlStage } from "../../../src/trainers/trl/run_stage.ts";
import { live as liveTrl } from "../trl/python_available.ts";
import { contextOf, specOf } from "../trl/specs.ts";
import { Cluster, live } from "./cluster.ts";

/** Live where both TRL and Ray are. */
async function both(name: string): Promise<{ name: string; ignore: boolean }> {
  const trl = await liveTrl(name);
  return trl.ignore ? trl : await live(name);
}

Deno.test(
  await both("runTrlStage() makes on Ray what it makes here, stopped in between"),
  async () => {
    await using cluster = await Cluster.start();
    const stage = srlSchema.parse(srl({
      ...{ updates: 4, groups: 4, rollouts: 4, learningRate: 1e-3, maxTokens: 24 },
      dynamicSampling: { epsilon: 0.1, maxRefills: 1 },
    }));
    const here = await contextOf();
    await runTrlStage(specOf(stage), here);

    const ray: RayOptions = {
      address: cluster.address,
      device: "cpu",
      install: false,
      env: { STEPWISE_DENO: Deno.execPath() },
    };
    const stop = new AbortController();
    const said: string[] = [];
    const there = await contextOf({
      stop: stop.signal,
      report: (event) => {
        if (event.type === "log") said.push(event.message);
        else if (event.done === 2) stop.abort();
      },
    });
    let stoppedAfter = 0;
    try {
      await runTrlStage(specOf(stage, { ray }), there);
    } catch (error) {
      if (!(error instanceof StageStopped)) throw error;
      stoppedAfter = error.step;
    }
    assert(stoppedAfter >= 2 && stoppedAfter < 4, `${stoppedAfter}`);
    const saved = await readResume(there.dir);
    assert(saved !== null && saved !== "damaged");
    assertEquals(saved.step, stoppedAfter);
    const { stop: _, ...again } = there;
    await runTrlStage(specOf(stage, { ray }), again);
    assert(said.includes(`goes on after update ${stoppedAfter}`), said.join("\n"));

    const text = (dir: string, name: string) => Deno.readTextFileSync(`${dir}/${name}`);
    for (const name of ["metrics.jsonl", "rollouts.jsonl", "checkpoint/model.safetensors"]) {
      assertEquals(text(there.dir, name), text(here.dir, name), name);
    }
    const [local, remote] = [here, there].map(({ dir }) => JSON.parse(text(dir, "trainer.json")));
    const { ray: version, ...versions } = remote.versions;
    assertEquals(version, "2.60.0");
    assertEquals({ ...remote, versions }, local);
  },
);
