import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { stageId } from "../../src/experiment/identity.ts";
import { resolve } from "../../src/experiment/schema.ts";
import { srl, srlSchema } from "../../src/experiment/srl.ts";
import { verl, type VerlOptions } from "../../src/experiment/verl.ts";
import { VERL_PACKAGES } from "../../src/experiment/verl_packages.ts";
import { specOf } from "../trainers/verl/specs.ts";
import { declaration } from "./declarations.ts";

const SRL = { kind: "srl", updates: 4, learningRate: 1e-6 };
const SFT = { kind: "sft", updates: 4, learningRate: 1e-5 };

/** What is wrong with some stages of one arm on an engine. */
function problems(engine: unknown, ...stages: readonly Record<string, unknown>[]): string[] {
  const result = resolve({ ...declaration(), arms: { a: stages }, engine });
  return "problems" in result ? result.problems : [];
}

Deno.test("resolve() fills the defaults of verl", () => {
  const result = resolve({ ...declaration(), arms: { a: [SFT] }, engine: verl() });
  assert("experiment" in result, JSON.stringify(result));
  assertEquals(result.experiment.engine, {
    ...{ kind: "verl", gpus: 8, nodes: 1, tensorParallel: 1, gpuMemoryUtilization: 0.5 },
    ...{ offload: "none", precision: "bf16", attention: "flash_attention_2" },
    ...{
      deterministic: false,
      rewardWorkers: 8,
      overrides: [],
      gpu: "h100",
      stallSeconds: 1800,
      ray: null,
    },
    packages: VERL_PACKAGES,
  });
});

Deno.test("resolve() refuses a verl that is misspelt", () => {
  assertEquals(problems({ kind: "verl", gpsu: 2 }, SFT), [
    "engine.gpsu: unknown key (found 2); did you mean `gpus`?",
  ]);
  assertEquals(problems(verl({ offload: "al" as never }), SFT), [
    'engine.offload: found "al"; expected "none" or "optimizer" or "all"; did you mean "all"?',
  ]);
  assertEquals(problems(verl({ overrides: ["trainer.device npu"] }), SFT), [
    'engine.overrides[0]: found "trainer.device npu"; ' +
    'expected a setting such as "actor_rollout_ref.rollout.max_num_seqs=512"',
  ]);
});

Deno.test("resolve() says what verl cannot do, and why", () => {
  const ray = { address: "http://head:8265" };
  const cases: [VerlOptions, Record<string, unknown>, string][] = [
    [{}, { ...SRL, lora: { rank: 4 } }, "arms.a[0].lora: found an adapter with engine verl"],
    [{}, { ...SRL, kind: "r3" }, 'arms.a[0].kind: found "r3" with engine verl'],
    [{}, { ...SRL, reward: "expert-likelihood" }, 'arms.a[0].reward: found "expert-likelihood"'],
    [{}, { ...SFT, learningRate: [1e-3, 1e-4] }, "arms.a[0].learningRate: found 2 rates"],
    [{ gpus: 3 }, SFT, "arms.a[0].batch: found 64 with 3 GPUs; expected a multiple of 3"],
    [{}, { ...SRL, schedule: "linear" }, 'arms.a[0].schedule: found "linear" with engine verl'],
    [
      {},
      { ...SRL, updatesPerBatch: 2, schedule: "cosine" },
      "arms.a[0].updatesPerBatch: found 2 with engine verl and cosine; expected 1",
    ],
    [
      {},
      { ...SRL, updatesPerBatch: 2, warmup: 0.1 },
      "arms.a[0].updatesPerBatch: found 2 with engine verl and warmup 0.1; expected 1",
    ],
    [{}, { ...SRL, loss: "bnpo" }, 'arms.a[0].loss: found "bnpo" with engine verl'],
    [
      {},
      { ...SRL, klCoefficient: 0.1, klEstimator: "unbiased" },
      'arms.a[0].klEstimator: found "unbiased"',
    ],
    [
      { deterministic: true },
      SRL,
      "arms.a[0].dynamicSampling: found with engine.deterministic; expected false",
    ],
    [{ gpus: 8, tensorParallel: 3 }, SRL, "engine.tensorParallel: found 3 with 8 GPUs"],
    [{ ray: { ...ray, device: "cpu" } }, SRL, 'engine.ray.device: found "cpu" with engine verl'],
    [{ ray, nodes: 2 }, SFT, "engine.nodes: found 2 with ray and arms.a[0]; expected 1"],
  ];
  for (const [engine, stage, expected] of cases) {
    const found = problems(verl(engine), stage);
    assertEquals(found.length, 1, found.join("\n"));
    assert(found[0]!.startsWith(expected), `${found[0]}\n  expected: ${expected}`);
  }
  // The same is fine where nothing stands in its way.
  assertEquals(problems(verl(), { ...SRL, updatesPerBatch: 2 }), []);
  assertEquals(problems(verl({ deterministic: true }), { ...SRL, dynamicSampling: false }), []);
  assertEquals(problems(verl({ ray, nodes: 2, tensorParallel: 4 }), SRL), []);
  assertEquals(
    problems(verl({ nodes: 2 }), SFT, { ...SRL, loss: "cispo", klCoefficient: 0.1 }),
    [],
  );
});

Deno.test("where and how patiently a job of verl runs is no part of a stage's identity, all else is", () => {
  const stage = srlSchema.parse(srl({ updates: 2, learningRate: 1e-6 }));
  const idOf = (engine: VerlOptions) => stageId(specOf(stage, engine));
  const base = idOf({});
  for (
    const same of [
      { stallSeconds: 60 },
      { rewardWorkers: 2 },
      { gpu: "a100" as const },
      { ray: { address: "http://head:8265" } },
      { gpus: 4, nodes: 2 },
    ]
  ) assertEquals(idOf(same), base, JSON.stringify(same));
  const others: VerlOptions[] = [
    ...[{ gpus: 4 }, { tensorParallel: 2 }, { gpuMemoryUtilization: 0.6 }],
    ...[{ offload: "all" as const }, { precision: "fp32" as const }, { deterministic: true }],
    ...[{ attention: "sdpa" as const }, { overrides: ["trainer.device=npu"] }],
  ];
  for (const other of others) assertNotEquals(idOf(other), base, JSON.stringify(other));
});
