import { assertEquals, assertNotEquals } from "@std/assert";
import { experiment } from "../../src/experiment/experiment.ts";
import { stageId } from "../../src/experiment/identity.ts";
import { type Plan, planExperiment } from "../../src/experiment/plan.ts";
import type { ExperimentDeclaration } from "../../src/experiment/schema.ts";
import type { StageSpec } from "../../src/experiment/specs.ts";
import { declaration, random, shuffleKeys } from "./declarations.ts";

async function plan(declared: unknown): Promise<Plan> {
  return await planExperiment(experiment(declared as ExperimentDeclaration));
}

const ids = ({ stages }: Plan) => stages.map(({ id }) => id).sort();

/** Values that a stage may leave out, and what they are then. */
const DEFAULTS: Record<string, Record<string, unknown>> = {
  sft: { epochs: 3, batch: 64, target: "outline", schedule: "cosine", warmup: 0.3 },
  srl: { groups: 32, rollouts: 8, topK: 0, clip: { low: 0.2 }, reward: "similarity" },
  rlvr: {
    dynamicSampling: { maxRefills: 3 },
    reward: "answer",
    temperature: 1,
    updatesPerBatch: 1,
  },
};

Deno.test("equal declarations written differently have equal ids", async () => {
  const next = random(3);
  const first = ids(await plan(declaration()));
  for (let i = 0; i < 50; i++) {
    const other = structuredClone(declaration()) as unknown as {
      arms: Record<string, Record<string, unknown>[]>;
    };
    for (const stage of Object.values(other.arms).flat()) {
      const kind = stage.kind as string;
      for (const [key, value] of Object.entries(DEFAULTS[kind]!)) {
        if (next() < 0.5) stage[key] = value;
      }
      if (kind === "sft" && next() < 0.5) stage.learningRate = [1e-3, 1e-4];
      if (kind === "srl" && next() < 0.5) stage.reward = { kind: "similarity", autojunk: true };
    }
    assertEquals(ids(await plan(shuffleKeys(other, next))), first);
  }
});

Deno.test("names, questions and the order of seeds are no part of an identity", async () => {
  const { arms } = declaration();
  const renamed = { A: arms.base, B: arms.sft, C: arms.rlvr, D: arms.srl, E: arms["srl → rlvr"] };
  const changed = { ...declaration(), name: "x", question: "y", arms: renamed, seeds: [3, 2, 1] };
  assertEquals(ids(await plan(changed)), ids(await plan(declaration())));
});

/** Every way to change one leaf of plain JSON. */
function* changes(value: unknown): Generator<unknown> {
  if (typeof value === "number") yield value + 1;
  else if (typeof value === "string") yield `${value}x`;
  else if (typeof value === "boolean") yield !value;
  else if (value === null) yield 7;
  else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) for (const c of changes(item)) yield value.with(i, c);
  } else {
    for (const [key, item] of Object.entries(value as object)) {
      for (const c of changes(item)) yield { ...value as object, [key]: c };
    }
  }
}

Deno.test("every value of a spec is part of its identity, apart from paths", async () => {
  const { stages } = await plan(declaration());
  for (const { spec, id } of stages.slice(0, 6)) {
    let count = 0;
    for (const changed of changes(spec)) {
      if ((changed as StageSpec).kind !== spec.kind) continue;
      assertNotEquals(await stageId(changed as StageSpec), id);
      count++;
    }
    assertEquals(count > 10, true);
  }
});

Deno.test("stageId() counts the contents of files and checkpoints, not their paths", async () => {
  const spec = (file: string, policy: string, contents: Record<string, string>): StageSpec => ({
    kind: "train",
    stage: { kind: "rlvr" } as never,
    data: { domain: "file", file, validation: 0.1, seed: 1 },
    policy: { checkpoint: policy },
    prompts: { step: "s", chat: {} },
    seed: 1,
    threads: 1,
    engine: "1",
    versions: { file: "1" },
    contents,
  });
  const id = await stageId(spec("a", "p", { a: "1", p: "2" }));
  assertEquals(await stageId(spec("b", "q", { b: "1", q: "2" })), id);
  assertNotEquals(await stageId(spec("a", "p", { a: "1", p: "3" })), id);
  assertNotEquals(await stageId(spec("a", "p", { a: "3", p: "2" })), id);
  const template = await stageId(spec("a", "p", { a: "1", p: "2", s: "5" }));
  assertNotEquals(template, id);
  assertNotEquals(await stageId(spec("a", "p", { a: "1", p: "2", s: "6" })), template);
});
