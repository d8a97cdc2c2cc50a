import { assertEquals } from "@std/assert";
import { experiment } from "../../src/experiment/experiment.ts";
import { planExperiment } from "../../src/experiment/plan.ts";
import { resolve } from "../../src/experiment/schema.ts";
import type { RayOptions } from "../../src/experiment/ray.ts";
import { trl, type TrlOptions } from "../../src/experiment/trl.ts";
import { declaration } from "./declarations.ts";

const SFT = { kind: "sft" as const, updates: 4, learningRate: 1e-3 };

/** What an engine's cluster resolves to, or what is wrong with it. */
function resolved(ray: unknown, engine: TrlOptions = {}) {
  const declared = trl({ ...engine, ray: ray as RayOptions });
  const result = resolve({ ...declaration(), arms: { a: [SFT] }, engine: declared });
  return "problems" in result ? result.problems : result.experiment.engine?.ray;
}

Deno.test("resolve() fills the defaults of ray", () => {
  assertEquals(resolved({}), { address: null, device: "gpu", install: true, env: {} });
  const declared = { device: "cpu", install: false, env: { HF_HOME: "/shared" } } as const;
  assertEquals(resolved({ ...declared, address: "http://head:8265/" }), {
    ...declared,
    address: "http://head:8265",
  });
});

Deno.test("resolve() says what is wrong with a cluster", () => {
  for (const address of ["head:8265", "ray://head:10001", "http://head/path", "auto", "", 7]) {
    assertEquals(resolved({ address }), [
      `engine.ray.address: found ${
        JSON.stringify(address)
      }; expected an address such as http://head:8265`,
    ]);
  }
  assertEquals(resolved({ adress: "http://head:8265" }), [
    'engine.ray.adress: unknown key (found "http://head:8265"); did you mean `address`?',
  ]);
  assertEquals(resolved({ device: "gpus" }), [
    'engine.ray.device: found "gpus"; expected "cpu" or "gpu"; did you mean "gpu"?',
  ]);
  assertEquals(resolved({ env: { "A-B": "1" } }), [
    'engine.ray.env["A-B"]: found the name "A-B"; expected the name of a variable',
  ]);
  assertEquals(resolved({ env: { A: 1 } }), ["engine.ray.env.A: found 1; expected a text"]);
});

Deno.test("resolve() refuses what a job of TRL cannot do on Ray", () => {
  assertEquals(resolved({}, { nodes: 2 }), [
    "engine.nodes: found 2 with ray; expected 1: a job of TRL on Ray runs on one of the cluster's nodes " +
    "(without ray, its SLURM script starts it on several)",
  ]);
  assertEquals(resolved({ device: "cpu" }, { processes: 2, sharding: "fsdp2" }), [
    'engine.ray.device: found "cpu" with sharding "fsdp2"; expected "gpu": policies are shared between GPUs',
  ]);
});

Deno.test("planExperiment() gives a stage on Ray the id that it has here", async () => {
  const idOf = async (options: TrlOptions) => {
    const made = experiment({ ...declaration(), arms: { a: [SFT] }, engine: trl(options) });
    return (await planExperiment(made)).stages[0]!.id;
  };
  const here = await idOf({});
  assertEquals(await idOf({ ray: {} }), here);
  const ray = {
    address: "http://head:8265",
    device: "cpu",
    install: false,
    env: { A: "1" },
  } as const;
  assertEquals(await idOf({ ray }), here);
});
