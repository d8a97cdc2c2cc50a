import { assertEquals, assertNotEquals } from "@std/assert";
import { canonical } from "../../src/experiment/canonical.ts";
import { experiment } from "../../src/experiment/experiment.ts";
import type { ResolvedSolutionsData } from "../../src/experiment/data.ts";
import { stageId } from "../../src/experiment/identity.ts";
import { loadExperiment } from "../../src/experiment/load.ts";
import { type Plan, planExperiment } from "../../src/experiment/plan.ts";
import type { ExperimentDeclaration } from "../../src/experiment/schema.ts";
import type { StageSpec, TrainingSpec } from "../../src/experiment/specs.ts";
import { declaration, POLICY, random, SOLUTIONS } from "./declarations.ts";
import { fillSome, randomDeclaration, spellFile } from "./spelling.ts";

async function plan(declared: unknown): Promise<Plan> {
  return await planExperiment(experiment(declared as ExperimentDeclaration));
}

const ids = ({ stages }: Plan) => stages.map(({ id }) => id).sort();

const dir = await Deno.makeTempDir();

let files = 0;

/** The plan of an experiment file with this text. */
async function planFile(text: string): Promise<Plan> {
  const path = `${dir}/${files++}.ts`;
  await Deno.writeTextFile(path, text);
  return await planExperiment(await loadExperiment(path));
}

Deno.test("equal experiments written differently have equal ids", async () => {
  const next = random(3);
  for (let i = 0; i < 25; i++) {
    const declared = randomDeclaration(next, POLICY);
    const first = await plan(declared);
    for (let spelling = 0; spelling < 3; spelling++) {
      const filled = fillSome(declared, first.experiment, next);
      const text = spellFile(filled, next);
      assertEquals(ids(await planFile(text)), ids(first), text);
    }
  }
});

Deno.test("equal ids mean equal specs, whatever experiments they come from", async () => {
  const next = random(4);
  const seen = new Map<string, string>();
  for (let i = 0; i < 100; i++) {
    const { stages } = await plan(randomDeclaration(next, POLICY));
    for (const { id, spec } of stages) {
      const text = canonical(spec);
      assertEquals(seen.get(id) ?? text, text);
      seen.set(id, text);
    }
  }
});

Deno.test("a comment or the name of a variable is no part of an identity", async () => {
  const module = (name: string) => import.meta.resolve(`../../src/experiment/${name}.ts`);
  const file = (name: string, comment: string) =>
    ["experiment", "srl", "data"].map((m) =>
      `import { ${m === "data" ? "relay" : m} } from "${module(m)}";`
    ).join("\n") + `
    ${comment}
    const ${name} = srl({ updates: 60, learningRate: 3e-4 });
    export default experiment({
      name: "x", question: "?", policy: { small: ${JSON.stringify(POLICY)} },
      data: relay({ tier: "hard", train: 40 }), arms: { base: [], srl: [${name}] },
      evaluation: { benchmarks: { hard: relay({ tier: "hard" }) } },
    });`;
  const first = await planFile(file("steps", "// Published values."));
  assertEquals(first.stages.length, 3);
  assertEquals(ids(await planFile(file("stepWise", "/* Nothing of the sort. */"))), ids(first));
  assertEquals(ids(await planFile(file("steps", ""))), ids(first));
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
    stage: { kind: "rlvr", reward: { kind: "module", file: "r" } } as never,
    data: { domain: "file", file, validation: 0.1, seed: 1, ...SOLUTIONS },
    policy: { checkpoint: policy },
    prompts: { step: "t", chat: {} },
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
  const template = await stageId(spec("a", "p", { a: "1", p: "2", t: "5" }));
  assertNotEquals(template, id);
  assertNotEquals(await stageId(spec("a", "p", { a: "1", p: "2", t: "6" })), template);
  const moved = (contents: string) => {
    const { stage, ...rest } = spec("a", "p", { a: "1", p: "2", s: contents }) as TrainingSpec;
    return stageId({
      ...rest,
      stage: { ...stage, reward: { kind: "module", file: "s" } } as never,
    });
  };
  assertEquals(await moved("4"), await stageId(spec("a", "p", { a: "1", p: "2", r: "4" })));
  assertNotEquals(await moved("5"), await moved("4"));
});

const TEACHER = { baseUrl: "http://a/v1", model: "m", keyVariable: null, concurrency: 1 };

/** Id of a stage on some training data. */
async function dataId(
  data: Partial<ResolvedSolutionsData>,
  contents: Record<string, string>,
): Promise<string> {
  const { stages } = await plan(declaration());
  const known = { domain: "file", file: "a", validation: 0.1, seed: 1, ...SOLUTIONS } as const;
  const { spec } = stages.find(({ spec }) => spec.kind === "train")!;
  return await stageId({ ...spec, data: { ...known, ...data }, contents } as StageSpec);
}

Deno.test("stageId() counts what rows come to, not where they are or when a run fails over them", async () => {
  const id = await dataId({}, { a: "1" });
  assertEquals(await dataId({ maxDropped: 1, overlap: "refuse" }, { a: "1" }), id);
  const hub = {
    domain: "hub",
    hub: "a/b",
    revision: "c",
    config: null,
    split: "train",
    files: null,
  } as const;
  assertEquals(await dataId(hub, { "hf:a/b@c/train": "1" }), id);
  assertEquals(await dataId({ teacher: null }, { a: "1" }), id);
  const read = [{ mapping: "s1k" }, { parser: "numbered" }] as const;
  for (const data of [{ validation: 0.2 }, { seed: 2 }, ...read]) {
    assertNotEquals(await dataId(data, { a: "1" }), id);
  }
  assertNotEquals(await dataId(hub, { "hf:a/b@c/train": "2" }), id);
});

Deno.test("stageId() counts what a teacher wrote, not which one", async () => {
  const id = (text: string, teacher = TEACHER) =>
    dataId({ teacher }, { a: "1", "rewritten by the teacher": text });
  assertEquals(
    await id("t", { ...TEACHER, baseUrl: "http://b/v1", concurrency: 9 }),
    await id("t"),
  );
  assertNotEquals(await id("u"), await id("t"));
  assertNotEquals(await id("t"), await dataId({}, { a: "1" }));
});

Deno.test("stageId() counts the contents of a user's parser, not its path", async () => {
  const spec = (module: string, contents: Record<string, string>): StageSpec => ({
    kind: "train",
    stage: { kind: "rlvr" } as never,
    data: {
      domain: "file",
      file: "a",
      validation: 0.1,
      seed: 1,
      ...SOLUTIONS,
      parser: { module },
    },
    policy: { checkpoint: "p" },
    prompts: { chat: {} },
    seed: 1,
    threads: 1,
    engine: "1",
    versions: { file: "1" },
    contents,
  });
  const id = await stageId(spec("x.ts", { "x.ts": "1" }));
  assertEquals(await stageId(spec("y.ts", { "y.ts": "1" })), id);
  assertNotEquals(await stageId(spec("x.ts", { "x.ts": "2" })), id);
});
