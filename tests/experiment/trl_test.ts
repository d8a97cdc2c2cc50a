import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { meaningOf, stageId } from "../../src/experiment/identity.ts";
import { experiment } from "../../src/experiment/experiment.ts";
import { planExperiment } from "../../src/experiment/plan.ts";
import { resolve } from "../../src/experiment/schema.ts";
import { trl, type TrlOptions } from "../../src/experiment/trl.ts";
import { TRL_PACKAGES } from "../../src/experiment/trl_packages.ts";
import { declaration } from "./declarations.ts";

const SRL = { kind: "srl", updates: 4, learningRate: 3e-4 };
const SFT = { kind: "sft", updates: 4, learningRate: 1e-3 };

/** What is wrong with one arm on an engine. */
function problems(engine: unknown, ...stages: readonly Record<string, unknown>[]): string[] {
  const result = resolve({ ...declaration(), arms: { a: stages }, engine });
  return "problems" in result ? result.problems : [];
}

Deno.test("resolve() fills the defaults of trl, and leaves the embedded engine out", () => {
  const engineOf = (engine: unknown) => {
    const result = resolve({ ...declaration(), arms: { a: [SFT] }, engine });
    return "problems" in result ? result.problems : result.experiment.engine;
  };
  assertEquals(engineOf("embedded"), undefined);
  assertEquals(engineOf(undefined), undefined);
  assertEquals(engineOf(trl()), {
    ...{ kind: "trl", processes: 1, nodes: 1, sharding: "none", precision: "fp32" },
    ...{ sequences: null, gpu: "h100", stallSeconds: 1800, ray: null, packages: TRL_PACKAGES },
  });
});

Deno.test("resolve() refuses an engine that is misspelt", () => {
  assertEquals(problems("trl", SFT), [
    'engine: found "trl"; expected "embedded", trl({…}) or verl({…})',
  ]);
  assertEquals(problems({ kind: "trl", procesess: 2 }, SFT), [
    "engine.procesess: unknown key (found 2); did you mean `processes`?",
  ]);
  assertEquals(problems(trl({ sharding: "zero" as never }), SFT), [
    'engine.sharding: found "zero"; expected "none" or "fsdp2" or "zero3"; did you mean "zero3"?',
  ]);
});

Deno.test("resolve() says what TRL cannot do, and why", () => {
  const one = (engine: TrlOptions, stage: Record<string, unknown>) => {
    const found = problems(trl(engine), stage);
    assertEquals(found.length, 1, found.join("\n"));
    return found[0]!;
  };
  const cases: [TrlOptions, Record<string, unknown>, string][] = [
    [{}, { ...SRL, lora: { rank: 4 } }, "arms.a[0].lora: found an adapter"],
    [{ processes: 3 }, SRL, "arms.a[0].groups: found 32 with an engine of 3 processes"],
    [{ processes: 3, nodes: 2 }, SFT, "arms.a[0].batch: found 64 with an engine of 6 processes"],
    [{}, { ...SFT, learningRate: [1e-3, 1e-4] }, "arms.a[0].learningRate: found 2 rates"],
    [{}, { ...SRL, reward: "expert-likelihood" }, 'arms.a[0].reward: found "expert-likelihood"'],
    [
      {},
      { ...SRL, reward: { kind: "sum", of: [{ weight: 1, reward: "expert-likelihood" }] } },
      'arms.a[0].reward: found "expert-likelihood"',
    ],
    [{}, { ...SRL, loss: "bnpo" }, 'arms.a[0].loss: found "bnpo" with dynamicSampling'],
    [{}, { ...SRL, kind: "r3" }, 'arms.a[0].kind: found "r3" with engine trl'],
    [
      { processes: 2, sharding: "zero3" },
      SRL,
      'arms.a[0].dynamicSampling: found with engine.sharding "zero3"',
    ],
    [{ sharding: "fsdp2" }, SRL, 'engine.sharding: found "fsdp2" with 1 process'],
    [
      { sequences: 5 },
      SFT,
      "engine.sequences: found 5, where arms.a[0] gives each process 64 sequences",
    ],
  ];
  for (const [engine, stage, expected] of cases) {
    const found = one(engine, stage);
    assert(found.startsWith(expected), `${found}\n  expected: ${expected}`);
  }
  // The same is fine where nothing stands in its way.
  assertEquals(problems(trl(), { ...SRL, loss: "bnpo", dynamicSampling: false }), []);
  assertEquals(problems(trl({ processes: 2, sharding: "fsdp2", sequences: 8 }), SRL, SFT), []);
});

Deno.test("planExperiment() makes the engine a part of a training stage, and of nothing else", async () => {
  const planned = async (engine?: ReturnType<typeof trl>) => {
    const made = experiment({
      ...declaration(),
      arms: { a: [{ ...SFT, kind: "sft" as const }] },
      ...engine ? { engine } : {},
    });
    const [train, evaluate] = (await planExperiment(made)).stages;
    return { train: train!, evaluate: evaluate! };
  };
  const embedded = await planned();
  const one = await planned(trl());
  assertEquals("trainer" in embedded.train.spec, false);
  assertEquals("trainer" in meaningOf(embedded.train.spec), false);
  assertNotEquals(one.train.id, embedded.train.id);
  assertEquals("trainer" in one.evaluate.spec, false);
  assertNotEquals(one.evaluate.id, embedded.evaluate.id); // It measures another policy.
  assertNotEquals((await planned(trl({ processes: 2 }))).train.id, one.train.id);
  // Neither how long a silence may be nor on which machines the processes are makes other numbers.
  assertEquals((await planned(trl({ stallSeconds: 5 }))).train.id, one.train.id);
  const four = await planned(trl({ processes: 4 }));
  assertEquals((await planned(trl({ processes: 2, nodes: 2 }))).train.id, four.train.id);
  // Another version of a package is another engine.
  const { spec } = one.train;
  assert(spec.kind === "train" && spec.trainer);
  const packages = { ...TRL_PACKAGES, trl: "9.9.9" };
  assertNotEquals(stageId({ ...spec, trainer: { ...spec.trainer, packages } }), one.train.id);
});
