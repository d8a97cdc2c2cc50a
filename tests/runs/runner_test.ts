import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { stagesOf } from "../../src/experiment/plan.ts";
import { POLICY } from "../experiment/declarations.ts";
import { commitOf, startFakeHub } from "../hub/fake_hub.ts";
import { fakeStage, planOf, until, Workplace } from "./fixtures.ts";

Deno.test("runStages() makes every stage once, each from its parent's checkpoint", async () => {
  await using place = new Workplace();
  const plan = await planOf();
  const result = await place.run(plan, [`--record=${place.dir}/made`]);
  assertEquals(result.made.length, 9);
  assertEquals(result.interrupted, false);
  assertEquals(place.recorded("made").length, 9);
  assertEquals(place.stages(), plan.stages.map(({ id }) => id).sort());
  const [, last] = plan.cells.find(({ arm }) => arm === "srl → rlvr")!.training;
  const weights = await Deno.readTextFile(`${place.store.dir(last!)}/checkpoint/weights`);
  assertEquals(weights, "base srl1 rlvr1 ");
});

Deno.test("runStages() starts from the folder that holds a model of the Hub, without asking again", async () => {
  const files: Record<string, string | Uint8Array> = {};
  for await (const { name } of Deno.readDir(POLICY)) {
    files[name] = name.endsWith(".safetensors")
      ? await Deno.readFile(`${POLICY}/${name}`)
      : await Deno.readTextFile(`${POLICY}/${name}`);
  }
  const commit = commitOf("model");
  const model = { refs: { main: commit }, commits: { [commit]: files } };
  await using hub = startFakeHub({}, { "lab/small": model });
  await using place = new Workplace();
  const environment = { HF_ENDPOINT: hub.url, HF_HUB_CACHE: `${place.dir}/cache` };
  for (const [name, value] of Object.entries(environment)) Deno.env.set(name, value);
  try {
    const plan = await planOf({ policy: "hf:lab/small", arms: { base: [] } });
    await hub.stop();
    await place.run(plan, [`--parents=${place.dir}/parents`]);
    const folder = `${place.dir}/cache/models--lab--small/snapshots/${commit}`;
    assertEquals(place.recorded("parents"), [folder]);
  } finally {
    for (const name of Object.keys(environment)) Deno.env.delete(name);
  }
});

Deno.test("runStages() writes each stage's spec, provenance and log", async () => {
  await using place = new Workplace();
  const plan = await planOf({ arms: { base: [] } });
  const [stage] = plan.stages;
  const work = new Map([[stage!.id, { trained: 1, sampled: 2, parameters: 3 }]]);
  await place.run(plan, [], { work });
  const dir = place.store.dir(stage!.id);
  assertEquals(JSON.parse(await Deno.readTextFile(`${dir}/stage.json`)), stage!.spec);
  const made = JSON.parse(await Deno.readTextFile(`${dir}/provenance.json`));
  assertEquals(made.work, { trained: 1, sampled: 2, parameters: 3 });
  assertEquals([made.commit, made.cpu, made.threads], ["0123456789abcdef", "a cpu", 1]);
  assertEquals(Date.parse(made.end) - Date.parse(made.start), made.seconds * 1000);
  const log = await Deno.readTextFile(`${dir}/log.txt`);
  assertEquals(log.split("\n").sort(), ["", "evaluate in its own process", "printed, not said"]);
});

Deno.test("runStages() reuses what is finished, and runs only what another seed adds", async () => {
  await using place = new Workplace();
  const first = await planOf();
  await place.run(first);
  const again = await place.run(first, ["--fail=srl"]);
  assertEquals([again.made.length, again.reused.length], [0, 9]);
  const more = await place.run(await planOf({ seeds: [1, 2] }), [`--record=${place.dir}/new`]);
  assertEquals([more.made.length, more.reused.length], [9, 9]);
  assertEquals(place.recorded("new").every((line) => line.endsWith(" 2")), true);
});

Deno.test("runStages() goes on past a failure with all that does not need it", async () => {
  await using place = new Workplace();
  const plan = await planOf();
  const { made, failed, skipped } = await place.run(plan, ["--fail=srl"]);
  assertEquals(failed.map(({ stage, reason }) => [stage.label, reason]), [
    ["srl, 1m, seed 1", "the loss is NaN"],
  ]);
  assertEquals(skipped.map(({ label }) => label).sort(), [
    "evaluate srl → rlvr, 1m, seed 1",
    "evaluate srl, 1m, seed 1",
    "srl → rlvr, 1m, seed 1",
  ]);
  assertEquals(made.length, 5);
  const [{ dir, tail }] = failed as [typeof failed[number]];
  assertEquals(tail.slice(0, 2).sort(), ["printed, not said", "srl in its own process"]);
  assertEquals(tail.some((line) => line.includes("RangeError: the loss is NaN")), true);
  assertEquals((await Deno.stat(`${dir}/stage.json`)).isFile, true);
  assertEquals(place.stages().length, 5);
  // The next run tries again what failed, and what was skipped.
  const next = await place.run(plan);
  assertEquals([next.made.length, next.reused.length], [4, 5]);
});

Deno.test("runStages() reports a process that dies without a word", async () => {
  await using place = new Workplace();
  const { failed } = await place.run(await planOf(), ["--crash=sft"]);
  assertEquals(failed.map(({ reason }) => reason), ["its process was ended by SIGKILL"]);
  const missing = await place.run(await planOf(), [], {
    command: [Deno.execPath(), "run", "-q", `${place.dir}/none.ts`],
  });
  assertEquals(missing.failed[0]?.reason, "its process ended with code 1");
  assertEquals(missing.failed[0]?.tail.join(" ").includes("Module not found"), true);
});

Deno.test("runStages() stops everything for an InputError and leaves nothing half-written", async () => {
  await using place = new Workplace();
  const plan = await planOf();
  const run = place.run(plan, ["--bad-input=sft", "--slow-srl=1000", "--slow-rlvr=1000"]);
  const error = await assertRejects(() => run, InputError);
  assertEquals(error.message, "solutions.jsonl:7: no numbered step");
  assertEquals(place.stages().filter((name) => name.includes(".tmp")), []);
});

Deno.test("runStages() ends its processes when it is told to, and leaves nothing half-written", async () => {
  await using place = new Workplace();
  const stop = new AbortController();
  const plan = await planOf();
  const args = ["--slow-srl=1000", "--slow-rlvr=1000", "--slow-sft=1000"];
  const run = place.run(plan, args, { signal: stop.signal });
  await until(() => place.events.filter(({ type }) => type === "said").length > 10);
  stop.abort();
  const { interrupted, failed } = await run;
  assertEquals([interrupted, failed.length], [true, 0]);
  assertEquals(place.stages().filter((name) => name.includes(".tmp")), []);
  assertEquals((await place.run(plan)).interrupted, false);
});

Deno.test("two runs at once make no stage twice", async () => {
  await using place = new Workplace();
  const plan = await planOf();
  const args = [`--record=${place.dir}/made`, "--slow-srl=20", "--slow-rlvr=20"];
  // Locks are of the open file, so that two runs of one process exclude each other as two processes do.
  const results = await Promise.all([place.run(plan, args), place.run(plan, args)]);
  assertEquals(place.recorded("made").length, 9);
  assertEquals(results.flatMap(({ made }) => made).length, 9);
  assertEquals(results.flatMap(({ reused }) => reused).length, 9);
  assertEquals(place.events.some(({ type }) => type === "waiting"), true);
});

Deno.test("a run that was killed leaves a cache that the next one uses, and its stages die with it", async () => {
  await using place = new Workplace();
  const plan = await planOf();
  const script = `
    import { runStages } from "${import.meta.resolve("../../src/runs/runner.ts")}";
    import { StageStore } from "${import.meta.resolve("../../src/runs/store.ts")}";
    const { stages, options, root } = JSON.parse(Deno.args[0]);
    await runStages(stages, { ...options, store: new StageStore(root), work: new Map(),
      seconds: new Map(), signal: new AbortController().signal, onEvent() {} });`;
  await Deno.writeTextFile(`${place.dir}/run.ts`, script);
  const command = fakeStage(`--record=${place.dir}/made`, "--slow-rlvr=100000");
  const options = { jobs: 4, command, provenance: {} };
  const input = JSON.stringify({ stages: plan.stages, options, root: place.store.root });
  const config = import.meta.resolve("../../deno.json").replace("file://", "");
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "--no-check", "--config", config, `${place.dir}/run.ts`, input],
  }).spawn();
  const halves = () => place.stages().filter((name) => name.includes(".tmp"));
  // Base, sft and srl get finished; both rlvr stages never do.
  await until(() => place.stages().length - halves().length === 5 && halves().length === 2);
  child.kill("SIGKILL");
  await child.status;
  const ticks = () => Deno.statSync(`${place.dir}/made.ticks`).size;
  let before = -1;
  await until(() => {
    const same = ticks() === before;
    before = ticks();
    return same;
  }, 200);
  const result = await place.run(plan, [`--record=${place.dir}/again`]);
  assertEquals([result.reused.length, result.made.length], [5, 4]);
  assertEquals(place.recorded("again"), ["evaluate 1", "evaluate 1", "rlvr 1", "rlvr 1"]);
  assertEquals(halves(), []);
});

Deno.test("runStages() takes the stages of some arms alone", async () => {
  await using place = new Workplace();
  const plan = await planOf();
  const stages = stagesOf(plan, ["srl"]);
  const result = await place.run({ ...plan, stages });
  assertEquals(result.made.map(({ label }) => label), [
    "srl, 1m, seed 1",
    "evaluate srl, 1m, seed 1",
  ]);
});
