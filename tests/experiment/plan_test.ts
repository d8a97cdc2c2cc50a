import { assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { relay } from "../../src/experiment/data.ts";
import { experiment } from "../../src/experiment/experiment.ts";
import { planExperiment, stagesOf } from "../../src/experiment/plan.ts";
import { sft } from "../../src/experiment/sft.ts";
import { commitOf, startFakeHub } from "../hub/fake_hub.ts";
import { srl } from "../../src/experiment/srl.ts";
import { embedding } from "../../src/rewards/embedding.ts";
import { minOf } from "../../src/rewards/min_of.ts";
import { moduleReward } from "../../src/rewards/module_reward.ts";
import { writeEncoder } from "../rewards/encoder.ts";
import { DATA_VERSIONS } from "../../src/experiment/versions.ts";
import { declaration, POLICY } from "./declarations.ts";

Deno.test("planExperiment() makes arms × sizes × seeds, and shares what they share", async () => {
  const { cells, stages } = await planExperiment(experiment(declaration()));
  assertEquals(cells.length, 15);
  // Per seed: sft, srl, rlvr, rlvr after srl, and five evaluations.
  assertEquals(stages.length, 3 * 9);
  for (const seed of [1, 2, 3]) {
    const of = (arm: string) => cells.find((cell) => cell.arm === arm && cell.seed === seed)!;
    assertEquals(of("srl → rlvr").training[0], of("srl").training[0]);
    assertNotEquals(of("srl → rlvr").training[1], of("rlvr").training[0]);
    assertEquals(of("base").training, []);
  }
});

Deno.test("planExperiment() names stages by what they do, and where several do the same by the arm, too", async () => {
  const few = srl({ updates: 10, learningRate: 1e-4 });
  const many = srl({ updates: 20, learningRate: 1e-4 });
  const warm = sft({ learningRate: 1e-3 });
  const arms = { few: [warm, few], many: [warm, many], plain: [few] };
  const { stages } = await planExperiment(experiment(declaration({ arms, seeds: [1] })));
  assertEquals(stages.map(({ label }) => label), [
    "sft, 1m, seed 1",
    "sft → srl (few), 1m, seed 1",
    "evaluate few, 1m, seed 1",
    "sft → srl (many), 1m, seed 1",
    "evaluate many, 1m, seed 1",
    "srl, 1m, seed 1",
    "evaluate plain, 1m, seed 1",
  ]);
});

Deno.test("planExperiment() puts each stage after the one that it starts from", async () => {
  const { stages } = await planExperiment(experiment(declaration()));
  const seen = new Set<string>();
  for (const { id, parent, spec } of stages) {
    assertEquals(parent === null || seen.has(parent), true);
    assertEquals("stage" in spec.policy ? spec.policy.stage : null, parent);
    seen.add(id);
  }
});

Deno.test("planExperiment() keeps the ids of the seeds that were planned before", async () => {
  const made = experiment(declaration());
  const before = await planExperiment(made);
  const after = await planExperiment(made, { seeds: [1, 2, 3, 4, 5] });
  const ids = new Set(after.stages.map(({ id }) => id));
  assertEquals(before.stages.every(({ id }) => ids.has(id)), true);
  assertEquals(after.stages.length, 5 * 9);
  assertEquals(after.experiment.seeds, [1, 2, 3, 4, 5]);
});

Deno.test("planExperiment() leaves stages alone that a change does not reach", async () => {
  const ids = async (changes: Parameters<typeof declaration>[0]) =>
    new Set((await planExperiment(experiment(declaration(changes)))).stages.map(({ id }) => id));
  const before = await ids({});
  const benchmarks = { hard: relay({ tier: "hard", problems: 50 }) };
  const after = await ids({ evaluation: { benchmarks } });
  // Training stays, evaluations are made anew.
  assertEquals([...before].filter((id) => after.has(id)).length, 3 * 4);
});

/** Another value of a hyper-parameter, which its schema takes too. */
const OTHERS: Record<string, Record<string, unknown>> = {
  sft: { learningRate: [2e-3], epochs: 2, batch: 32, warmup: 0.1, validateEvery: 5 },
  srl: {
    updates: 61,
    learningRate: 2e-4,
    groups: 16,
    rollouts: 4,
    maxTokens: 99,
    temperature: 0.9,
    klCoefficient: 0.01,
    clip: { high: 0.3 },
    reward: { kind: "similarity", autojunk: false },
    granularity: "sentence",
    nextTitle: true,
    dynamicSampling: false,
    lora: { rank: 4 },
  },
  rlvr: { updates: 31, learningRate: 2e-5, topP: 0.9, loss: "grpo", maskTruncated: true },
};

Deno.test("planExperiment() gives new ids to a changed stage and to exactly what lies below it", async () => {
  const base = declaration({ seeds: [1, 2] });
  const before = await planExperiment(experiment(base));
  const known = new Set(before.stages.map(({ id }) => id));
  const labels = (arms: readonly string[][]) =>
    arms.flat().flatMap((label) => [1, 2].map((seed) => `${label}, 1m, seed ${seed}`)).sort();
  /** What is trained anew in each arm's place of a chain, and what measures it. */
  const below: [string, number, string[][]][] = [
    ["sft", 0, [["sft", "evaluate sft"]]],
    ["rlvr", 0, [["rlvr", "evaluate rlvr"]]],
    ["srl → rlvr", 1, [["srl → rlvr", "evaluate srl → rlvr"]]],
    // The stage that two arms share is changed in both.
    ["srl", 0, [["srl", "srl → rlvr"], ["evaluate srl", "evaluate srl → rlvr"]]],
  ];
  let count = 0;
  for (const [arm, at, expected] of below) {
    const changed = base.arms[arm]![at]!;
    for (const [key, value] of Object.entries(OTHERS[changed.kind]!)) {
      const arms = Object.fromEntries(
        Object.entries(base.arms).map(([name, chain]) => [
          name,
          // By object: the shared stage is one.
          chain.map((stage) => stage === changed ? { ...stage, [key]: value } as never : stage),
        ]),
      );
      const { stages } = await planExperiment(experiment({ ...base, arms }));
      const anew = stages.filter(({ id }) => !known.has(id)).map(({ label }) => label).sort();
      assertEquals(anew, labels(expected), key);
      assertEquals(stages.length, before.stages.length);
      count++;
    }
  }
  assertEquals(count, 5 + 13 + 5 + 5);
});

Deno.test("planExperiment() names its versions in every spec", async () => {
  const versions = { engine: "9", data: { relay: "8", file: "7" } };
  const { stages } = await planExperiment(experiment(declaration()), { versions, threads: 2 });
  for (const { spec } of stages) {
    assertEquals([spec.engine, spec.threads, spec.versions], ["9", 2, { relay: "8" }]);
  }
});

Deno.test("planExperiment() counts the contents of templates, where problems come from a file", async () => {
  const dir = await Deno.makeTempDir();
  const write = (name: string, text: string) => Deno.writeTextFile(`${dir}/${name}`, text);
  await write("a.jsonl", "{}");
  await write("step.md", "one");
  await write("same.md", "one");
  const ids = async (changes: Parameters<typeof declaration>[0]) =>
    (await planExperiment(experiment(declaration(changes)))).stages;
  const data = { file: `${dir}/a.jsonl` };
  const prompts = { step: `${dir}/step.md` };
  const builtIn = await ids({ data });
  const first = await ids({ data, prompts });
  const training = (stages: typeof first) =>
    stages.filter(({ spec }) => spec.kind === "train").map(({ id }) => id);
  const trained = (stages: typeof first) => stages.find(({ spec }) => spec.kind === "train")?.spec;
  assertNotEquals(training(first), training(builtIn));
  assertEquals(training(await ids({ data, prompts: { step: `${dir}/same.md` } })), training(first));
  assertEquals(trained(first)?.contents[prompts.step]?.length, 64);
  await write("step.md", "two");
  assertNotEquals(training(await ids({ data, prompts })), training(first));
  // The built-in ones are told by a version of their own; relay problems have none of either.
  assertEquals(trained(builtIn)?.versions["prompts"]?.length, 64);
  const agent = trained(await ids({ data: { ...data, parser: "agent" } }));
  assertNotEquals(agent?.versions["prompts"], trained(builtIn)?.versions["prompts"]);
  const relayed = await ids({ prompts: { chat: { a: true } } });
  assertEquals([trained(relayed)?.prompts, trained(relayed)?.versions["prompts"]], [
    { chat: { a: true } },
    undefined,
  ]);
  assertNotEquals(training(relayed), training(await ids({})));
  await assertRejects(
    () => ids({ data, prompts: { step: `${dir}/none.md` } }),
    InputError,
    `prompts.step: cannot read ${dir}/none.md: there is no such file`,
  );
  await Deno.remove(dir, { recursive: true });
});

Deno.test("planExperiment() hashes checkpoints and files, and refuses what it cannot read", async () => {
  const dir = await Deno.makeTempDir();
  const policy = { s: `${dir}/policy` };
  const plan = (changes: Parameters<typeof declaration>[0]) =>
    planExperiment(experiment(declaration(changes)));
  await assertRejects(() => plan({ policy }), InputError, `policy.s: cannot read ${dir}/policy`);
  await Deno.mkdir(policy.s);
  await assertRejects(() => plan({ policy }), InputError, "has no config.json");
  await Deno.writeTextFile(`${policy.s}/config.json`, "{}");
  await assertRejects(() => plan({ policy }), InputError, "has no weights (*.safetensors)");
  await Deno.writeTextFile(`${policy.s}/model.safetensors`, "w");
  const first = await plan({ policy });
  await Deno.writeTextFile(`${policy.s}/README.md`, "a note is no part of a policy");
  assertEquals((await plan({ policy })).stages[0]?.id, first.stages[0]?.id);
  await Deno.writeTextFile(`${policy.s}/model.safetensors`, "v");
  assertNotEquals((await plan({ policy })).stages[0]?.id, first.stages[0]?.id);
  await assertRejects(
    () => plan({ data: { file: `${dir}/none.jsonl` } }),
    InputError,
    `data.file: cannot read ${dir}/none.jsonl`,
  );
  await Deno.remove(dir, { recursive: true });
});

Deno.test("planExperiment() hashes what a reward reads, and refuses what it cannot read", async () => {
  const dir = await Deno.makeTempDir();
  await writeEncoder(`${dir}/a`);
  await writeEncoder(`${dir}/b`, { path: "onnx/model.onnx" });
  await Deno.writeTextFile(`${dir}/r.ts`, "export default () => ({ value: 1, parts: {} });");
  const planned = async (model: string) => {
    const reward = minOf([
      embedding({ model: `${dir}/${model}` }),
      moduleReward({ file: `${dir}/r.ts` }),
    ]);
    const arms = { a: [srl({ updates: 1, learningRate: 1e-3, reward })] };
    const plan = await planExperiment(experiment(declaration({ arms })));
    return plan.stages[0]!;
  };
  const first = await planned("a");
  assertEquals(Object.keys(first.spec.contents).sort(), [POLICY, `${dir}/a`, `${dir}/r.ts`].sort());
  // The same encoder elsewhere is the same input; another one, or another program, is not.
  assertEquals((await planned("b")).id, first.id);
  await Deno.writeTextFile(`${dir}/r.ts`, "export default () => ({ value: 0, parts: {} });");
  const second = await planned("a");
  assertNotEquals(second.id, first.id);
  await writeEncoder(`${dir}/a`, { inputs: ["input_ids"] });
  assertNotEquals((await planned("a")).id, second.id);
  await assertRejects(
    () => planned("c"),
    InputError,
    `arms.a[0].reward.of[0].model: ${dir}/c/tokenizer.json: cannot be read`,
  );
  await Deno.remove(`${dir}/r.ts`);
  await assertRejects(() => planned("b"), InputError, "arms.a[0].reward.of[1].file: cannot read");
  await Deno.remove(dir, { recursive: true });
});

Deno.test("planExperiment() refuses a benchmark that is a copy of the training file", async () => {
  const dir = await Deno.makeTempDir();
  const line = JSON.stringify({ id: "a", problem: "1+1?", solution: "1. **Add** 2", answer: "2" });
  for (const name of ["a", "b"]) await Deno.writeTextFile(`${dir}/${name}.jsonl`, line + "\n");
  const made = experiment(declaration({
    data: { file: `${dir}/a.jsonl` },
    evaluation: { benchmarks: { copy: { file: `${dir}/b.jsonl` } } },
  }));
  await assertRejects(
    () => planExperiment(made),
    InputError,
    "evaluation.benchmarks.copy.file",
  );
  await Deno.remove(dir, { recursive: true });
});

Deno.test("stagesOf() takes the stages of some arms, in order, and knows no other arms", async () => {
  const plan = await planExperiment(experiment(declaration({ seeds: [1] })));
  assertEquals(stagesOf(plan, ["base"]).length, 1);
  assertEquals(stagesOf(plan, ["srl → rlvr"]).map(({ label }) => label), [
    "srl, 1m, seed 1",
    "srl → rlvr, 1m, seed 1",
    "evaluate srl → rlvr, 1m, seed 1",
  ]);
  assertThrows(
    () => stagesOf(plan, ["slr"]),
    InputError,
    'arm "slr": not in the experiment "five"; did you mean "srl"?',
  );
});

const ROW = { question: "1+1?", solution: "1. **Add** 2\n2. **Answer** \\boxed{2}" };
const OTHER = { question: "2+2?", solution: "1. **Add** 4\n2. **Answer** \\boxed{4}" };
const lines = (...rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

Deno.test("planExperiment() puts commits in the place of branches, and ids follow the content", async () => {
  const [one, two, readme] = ["one", "two", "readme"].map(commitOf) as [string, string, string];
  const first = { "README.md": "a", "train.jsonl": lines(ROW), "test.jsonl": lines(OTHER) };
  const refs = { main: one };
  const commits = {
    [one]: first,
    [two]: { ...first, "train.jsonl": lines(ROW, ROW) },
    [readme]: { ...first, "README.md": "b" },
  };
  await using hub = startFakeHub({ "lab/sums": { refs, commits } });
  const cache = await Deno.makeTempDir();
  const environment = { HF_ENDPOINT: hub.url, HF_HUB_CACHE: cache };
  for (const [name, value] of Object.entries(environment)) Deno.env.set(name, value);
  try {
    const plan = () =>
      planExperiment(experiment(declaration({
        data: { hub: "lab/sums", validation: 0 },
        arms: { a: [sft({ learningRate: 1e-3 })] },
        seeds: [1],
        evaluation: { benchmarks: { test: { hub: "lab/sums/test" } } },
      })));
    const { experiment: planned, stages } = await plan();
    const [train, test] = [`hf:lab/sums@${one}/train`, `hf:lab/sums@${one}/test`];
    assertEquals(
      stages.map(({ spec }) => Object.keys(spec.contents).filter((key) => key.startsWith("hf:"))),
      [
        [train],
        [test],
      ],
    );
    assertEquals(planned.data.domain === "hub" && planned.data.revision, one);
    const [training] = stages;
    assertEquals(training?.spec.kind === "train" && training.spec.data, planned.data);
    assertEquals(Object.keys(training!.spec.versions).sort(), ["file", "prompts"]);
    assertEquals(training!.spec.versions.file, DATA_VERSIONS.file);
    const ids = stages.map(({ id }) => id);
    refs.main = readme;
    assertEquals((await plan()).stages.map(({ id }) => id), ids, "the rows are the same");
    refs.main = two;
    assertNotEquals((await plan()).stages.map(({ id }) => id), ids);
  } finally {
    for (const name of Object.keys(environment)) Deno.env.delete(name);
    await Deno.remove(cache, { recursive: true });
  }
});

Deno.test("planExperiment() hashes rows of the experiment file, and refuses the same rows twice", async () => {
  const plan = (rows: Record<string, unknown>[], asked: Record<string, unknown>[]) =>
    planExperiment(experiment(declaration({
      data: { rows, validation: 0 },
      arms: { a: [sft({ learningRate: 1e-3 })] },
      evaluation: { benchmarks: { x: { rows: asked } } },
    })));
  const idOf = async (...rows: Record<string, unknown>[]) =>
    (await plan(rows, [OTHER])).stages[0]!.id;
  assertEquals(await idOf(ROW), await idOf({ ...ROW }));
  assertNotEquals(await idOf(ROW), await idOf({ ...ROW, id: "a" }));
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/a.jsonl`, lines(ROW));
  await Deno.writeTextFile(`${dir}/b.jsonl`, lines(ROW));
  const made = experiment(declaration({
    data: { file: `${dir}/a.jsonl` },
    evaluation: { benchmarks: { x: { file: `${dir}/b.jsonl` } } },
  }));
  await assertRejects(
    () => planExperiment(made),
    InputError,
    "evaluation.benchmarks.x.file: found the same content as the training data's",
  );
  await Deno.remove(dir, { recursive: true });
});

Deno.test("planExperiment() counts whether a benchmark is rounded", async () => {
  const measuring = async (more: { rounded?: boolean }) => {
    const benchmarks = { x: { rows: [OTHER], ...more } };
    const { stages } = await planExperiment(
      experiment(declaration({ evaluation: { benchmarks } })),
    );
    return stages.filter(({ spec }) => spec.kind === "evaluate").map(({ id }) => id);
  };
  assertEquals(await measuring({ rounded: false }), await measuring({}));
  assertNotEquals(await measuring({ rounded: true }), await measuring({}));
});

Deno.test("planExperiment() hashes a user's parser", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/a.jsonl`, "{}");
  await Deno.writeTextFile(`${dir}/own.ts`, "export default () => null;");
  const plan = (module: string) =>
    planExperiment(
      experiment(declaration({ data: { file: `${dir}/a.jsonl`, parser: { module } } })),
    );
  const training = async (module: string) =>
    (await plan(module)).stages.find(({ spec }) => spec.kind === "train")!;
  const first = await training(`${dir}/own.ts`);
  assertEquals(Object.keys(first.spec.contents).includes(`${dir}/own.ts`), true);
  await Deno.writeTextFile(`${dir}/own.ts`, "export default () => [];");
  assertNotEquals((await training(`${dir}/own.ts`)).id, first.id);
  await assertRejects(
    () => plan(`${dir}/none.ts`),
    InputError,
    `data.parser.module: cannot read ${dir}/none.ts`,
  );
  await Deno.remove(dir, { recursive: true });
});

Deno.test("planExperiment() pins a model on the Hub, and its content counts, not its commit", async () => {
  const files = async (note: string) => {
    const found: Record<string, string | Uint8Array> = { "README.md": note };
    for await (const { name } of Deno.readDir(POLICY)) {
      found[name] = name.endsWith(".safetensors")
        ? await Deno.readFile(`${POLICY}/${name}`)
        : await Deno.readTextFile(`${POLICY}/${name}`);
    }
    return found;
  };
  const [one, readme, other] = ["model one", "model readme", "model other"].map(commitOf);
  const refs = { main: one! };
  const changed = await files("c");
  changed["config.json"] += " ";
  const commits = { [one!]: await files("a"), [readme!]: await files("b"), [other!]: changed };
  await using hub = startFakeHub({}, { "lab/small": { refs, commits } });
  const cache = await Deno.makeTempDir();
  const environment = { HF_ENDPOINT: hub.url, HF_HUB_CACHE: cache };
  for (const [name, value] of Object.entries(environment)) Deno.env.set(name, value);
  try {
    const plan = (policy: string) => planExperiment(experiment(declaration({ policy })));
    const ids = async (policy: string) => (await plan(policy)).stages.map(({ id }) => id);
    const { stages, experiment: planned } = await plan("hf:lab/small");
    const pinned = `hf:lab/small@${one}`;
    assertEquals(Object.values(planned.policy), [{ checkpoint: pinned }]);
    assertEquals(stages[0]!.spec.policy, { checkpoint: pinned });
    assertEquals(Object.keys(stages[0]!.spec.contents), [pinned]);
    const before = await ids("hf:lab/small");
    assertEquals(await ids(POLICY), before, "a folder with the same files is the same policy");
    refs.main = readme!;
    assertEquals(await ids("hf:lab/small"), before, "the files that are read are the same");
    refs.main = other!;
    assertNotEquals(await ids("hf:lab/small"), before);
    await hub.stop();
    assertEquals(await ids(pinned), before, "a cached commit needs no Hub");
    await assertRejects(
      () => plan("hf:lab/small"),
      InputError,
      `it was last at ${other}: declare this revision to use what is cached`,
    );
  } finally {
    for (const name of Object.keys(environment)) Deno.env.delete(name);
    await Deno.remove(cache, { recursive: true });
  }
});
