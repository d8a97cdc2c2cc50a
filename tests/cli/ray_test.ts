import { assert, assertEquals } from "@std/assert";
import { Cluster, live as liveRay } from "../trainers/ray/cluster.ts";
import { live as liveTrl } from "../trainers/trl/python_available.ts";
import { Place } from "./trl_place.ts";

const UPDATES = 24;

/** Live where both TRL and Ray are. */
async function live(name: string): Promise<{ name: string; ignore: boolean }> {
  const trl = await liveTrl(name);
  return trl.ignore ? trl : await liveRay(name);
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test(
  await live("an experiment on Ray that was stopped, then killed, comes to the bytes of one here"),
  async () => {
    await using cluster = await Cluster.start();
    const here = new Place("trl()", UPDATES);
    const alone = here.start().output();

    const ray = { address: cluster.address, device: "cpu", install: false };
    const env = { STEPWISE_DENO: Deno.execPath() };
    const place = new Place(`trl({ ray: ${JSON.stringify({ ...ray, env })} })`, UPDATES);
    const first = place.start();
    assert(await place.saved("sft", 1) < 40);
    first.kill("SIGINT");
    const ended = await first.output();
    assertEquals(ended.code, 130, text(ended.stdout) + text(ended.stderr));
    const said = text(ended.stdout);
    assert(
      said.includes(`trains on Ray at ${cluster.address}: each stage takes 1 processor`),
      said,
    );

    const second = place.start();
    assert(await place.saved("srl", 2) < UPDATES, "it was finished before it could be killed");
    second.kill("SIGKILL");
    await second.output();
    // The job goes on; whoever comes next follows it.
    const third = await place.start().output();
    assertEquals(third.code, 0, text(third.stdout) + text(third.stderr));
    assertEquals((await alone).code, 0, text((await alone).stderr));
    const [expected, found] = [here.result(), place.result()];
    for (const key of Object.keys(expected)) assertEquals(found[key] === expected[key], true, key);

    const log = (kind: "sft" | "srl") => Deno.readTextFileSync(`${place.stage(kind)}/log.txt`);
    assert(/goes on after update \d+/.test(log("sft")), log("sft"));
    assert(
      /goes on following stepwise-[0-9a-f]{16}-[0-9a-f]{8} on Ray/.test(log("srl")),
      log("srl"),
    );
    const jobs = await fetch(`${cluster.address}/api/jobs/`, {
      headers: { authorization: `Bearer ${cluster.token}` },
    });
    for (const { runtime_env: { env_vars } } of await jobs.json()) {
      const { OMP_NUM_THREADS, CUDA_VISIBLE_DEVICES, STEPWISE_DENO } = env_vars;
      // On a node with GPUs it must not take one that it has not reserved.
      assertEquals([OMP_NUM_THREADS, CUDA_VISIBLE_DEVICES, STEPWISE_DENO], [
        "1",
        "",
        env.STEPWISE_DENO,
      ]);
    }
    const { trainer } = JSON.parse(Deno.readTextFileSync(`${place.stage("srl")}/provenance.json`));
    assertEquals([trainer.engine, trainer.versions.ray], ["trl", "2.60.0"]);
  },
);
