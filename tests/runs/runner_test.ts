import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { stagesOf } from "../../src/experiment/plan.ts";
import { POLICY } from "../experiment/declarations.ts";
import { srl } from "../../src/experiment/srl.ts";
import { resumableStep } from "../../src/runs/resumable.ts";
import { commitOf, startFakeHub } from "../hub/fake_hub.ts";
import { fakeStage, planOf, until, Workplace } from "./fixtures.ts";

/** What is said of a stage whose process somebody kills. */
const KILLED = "its process was killed (SIGKILL): by the system, if memory ran out, or by somebody";

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

Deno.test("runStages() puts what trained a stage into its provenance, and nowhere else", async () => {
  await using place = new Workplace();
  const plan = await planOf({ arms: { base: [] } });
  const trainer = { engine: "trl", processes: 2, versions: { trl: "1.16.0" } };
  await place.run(plan, [`--trainer=${JSON.stringify(trainer)}`]);
  const dir = place.store.dir(plan.stages[0]!.id);
  const read = async () => JSON.parse(await Deno.readTextFile(`${dir}/provenance.json`));
  assertEquals((await read()).trainer, trainer);
  assertEquals([...Deno.readDirSync(dir)].some(({ name }) => name === "trainer.json"), false);
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
  assert(Math.abs(Date.parse(made.end) - Date.parse(made.start) - made.seconds * 1000) < 2);
  assertEquals(made.earlier, []);
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
  assertEquals(failed.map(({ reason }) => reason), [KILLED]);
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
  assertEquals(place.stages().filter((name) => name.includes(".part")), []);
});

/** Told of stages that went on. */
const resumed = (place: Workplace) =>
  place.events.flatMap((event) => event.type === "started" && event.step > 0 ? [event.step] : []);

Deno.test("runStages() lets its stages save and stop when it is told to, and the next run goes on", async () => {
  await using place = new Workplace();
  const stop = new AbortController();
  const plan = await planOf();
  const args = ["--slow-srl=200", "--slow-rlvr=200", "--slow-sft=200"];
  const run = place.run(plan, args, { signal: stop.signal });
  await until(() => place.events.filter(({ type }) => type === "said").length > 30);
  stop.abort();
  const { interrupted, failed, stopped } = await run;
  assertEquals([interrupted, failed.length], [true, 0]);
  assert(stopped.length > 0 && stopped.every(({ step }) => step > 0));
  const saved = stopped.map(({ stage }) => `${stage.id}.part`).sort();
  assertEquals(place.stages().filter((name) => name.includes(".part")), saved);
  for (const { stage, step } of stopped) {
    assertEquals(await resumableStep(place.store.dir(stage.id)), step);
  }
  place.events.length = 0;
  const next = await place.run(plan);
  assertEquals([next.interrupted, next.made.length + next.reused.length], [false, 9]);
  assertEquals(resumed(place).sort(), stopped.map(({ step }) => step).sort());
  // Time that was spent before, and the run that spent it.
  const [first] = stopped;
  const path = `${place.store.dir(first!.stage.id)}/provenance.json`;
  const made = JSON.parse(await Deno.readTextFile(path));
  assert(made.seconds > 100 && made.seconds < 110);
  assertEquals(made.earlier.map((e: { commit: string }) => e.commit), ["0123456789abcdef"]);
});

Deno.test("runStages() goes on with a stage whose process was killed from outside", async () => {
  await using place = new Workplace();
  const plan = await planOf({ arms: { srl: [srl({ updates: 4, learningRate: 1e-3 })] } });
  const { failed } = await place.run(plan, ["--save=srl", "--slow-srl=4", "--crash=srl"]);
  assertEquals(failed.map(({ reason }) => reason), [KILLED]);
  assertEquals([...Deno.readDirSync(failed[0]!.dir)].map(({ name }) => name).sort(), [
    "log.txt",
    "stage.json",
  ]);
  place.events.length = 0;
  await place.run(plan);
  assertEquals(resumed(place), [4]);
  // What a stage says against itself is no ground to go on from what it saved.
  const more = await planOf({ arms: { srl: [srl({ updates: 5, learningRate: 1e-3 })] } });
  await place.run(more, ["--save=srl", "--slow-srl=4", "--fail=srl"]);
  place.events.length = 0;
  await place.run(more);
  assertEquals(resumed(place), []);
});

Deno.test("runStages() says what to do about a full disk, and keeps what was saved", async () => {
  await using place = new Workplace();
  const plan = await planOf();
  const run = place.run(plan, ["--full=srl", "--save=srl", "--slow-srl=4"]);
  const error = await assertRejects(() => run, InputError);
  assertEquals(
    error.message.startsWith(`${place.store.root}: no space left on its disk; free`),
    true,
  );
  const next = await place.run(plan);
  assertEquals([resumed(place), next.failed], [[4], []]);
});

Deno.test("runStages() trains on no checkpoint that is not what was written", async () => {
  await using place = new Workplace();
  const plan = await planOf();
  const [first] = plan.cells.find(({ arm }) => arm === "srl → rlvr")!.training;
  await place.run({ ...plan, stages: plan.stages.filter(({ id }) => id === first) });
  const file = `${place.store.dir(first!)}/checkpoint/weights`;
  await Deno.writeTextFile(file, "base srl2 ");
  const error = await assertRejects(() => place.run(plan), InputError);
  assertEquals(error.message.startsWith(`${file}: not what was written: found SHA-256 `), true);
  await Deno.remove(place.store.dir(first!), { recursive: true });
  assertEquals((await place.run(plan)).failed, []);
});

Deno.test("runStages() takes durations from a clock that never jumps", async () => {
  await using place = new Workplace();
  const plan = await planOf({ arms: { base: [] } });
  const { now } = Date;
  const RealDate = Date;
  let jumps = 0;
  // Each look at the calendar is an hour before the last.
  globalThis.Date = class extends RealDate {
    constructor(...args: []) {
      super(...(args.length > 0 ? args : [now() - 3_600_000 * jumps++] as unknown as []));
    }
  } as DateConstructor;
  try {
    await place.run(plan);
  } finally {
    globalThis.Date = RealDate;
  }
  assert(jumps > 0);
  const dir = place.store.dir(plan.stages[0]!.id);
  const { start, end, seconds } = JSON.parse(await Deno.readTextFile(`${dir}/provenance.json`));
  assert(seconds > 0 && seconds < 10);
  assert(Math.abs(Date.parse(end) - Date.parse(start) - seconds * 1000) < 2);
  assert(place.events.some((event) => event.type === "finished" && event.seconds === seconds));
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
  const halves = () => place.stages().filter((name) => name.includes(".part"));
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
