import { assertEquals, assertMatch } from "@std/assert";
import type { PlannedStage } from "../../src/experiment/plan.ts";
import { type Board, boardIsLive, boardPath, BoardWriter } from "../../src/runs/board.ts";
import { kindOf } from "../../src/runs/estimate.ts";
import { planOf, Workplace } from "./fixtures.ts";

async function opened(place: Workplace, expected = 100) {
  const plan = await planOf();
  const { root } = place.store;
  const seconds = new Map(plan.stages.map(({ id }) => [id, expected]));
  const options = { root, plan, stages: plan.stages, seconds, jobs: 1 };
  const board = (await BoardWriter.open(options))!;
  const read = (): Board => JSON.parse(Deno.readTextFileSync(boardPath(root, "five")));
  const stage = (kind: string): PlannedStage =>
    plan.stages.find(({ spec, label }) => kindOf(spec) === kind && !label.includes("→"))!;
  const shown = (kind: string) => read().stages.find(({ id }) => id === stage(kind).id)!;
  return { plan, root, options, board, read, stage, shown };
}

Deno.test("BoardWriter shows every state as it comes, and which stages each cell has", async () => {
  await using place = new Workplace();
  const { plan, board, read, stage, shown, root } = await opened(place);
  assertEquals(await boardIsLive(root, "five"), true);
  assertEquals(read().cells.map(({ arm }) => arm), ["base", "sft", "rlvr", "srl", "srl → rlvr"]);
  assertEquals(read().cells[4]?.stages, [
    ...plan.cells[4]!.training,
    plan.cells[4]!.evaluation,
  ]);
  assertEquals(new Set(read().stages.map(({ state }) => state)), new Set(["waiting"]));
  assertEquals(read().left, 900);
  board.event({ type: "started", stage: stage("sft"), step: 0 });
  assertEquals([shown("sft").state, shown("sft").start! <= Date.now()], ["running", true]);
  board.event({ type: "finished", stage: stage("sft"), seconds: 50 });
  board.event({ type: "reused", stage: stage("evaluate") });
  board.event({ type: "waiting", stage: stage("srl") });
  const failure = { stage: stage("rlvr"), reason: "NaN", tail: [], dir: "" };
  board.event({ type: "failed", stage: stage("rlvr"), failure });
  const because = stage("rlvr");
  board.event({ type: "skipped", stage: plan.stages.at(-1)!, because });
  assertEquals(["sft", "evaluate", "srl", "rlvr"].map((kind) => shown(kind).state), [
    "done",
    "cached",
    "elsewhere",
    "failed",
  ]);
  assertEquals(shown("rlvr").note, "NaN");
  assertMatch(read().stages.at(-1)!.note, /^it needs rlvr/);
  // Twice as fast as expected.
  assertEquals(read().left, 250);
  board.event({ type: "started", stage: stage("srl"), step: 0 });
  assertEquals(board.close(), null);
  assertEquals([shown("srl").state, read().over, read().left], ["stopped", true, 0]);
  assertEquals(await boardIsLive(root, "five"), false);
});

Deno.test("BoardWriter writes what only advances at most twice a second", async () => {
  await using place = new Workplace();
  const { board, stage, shown, read } = await opened(place);
  board.event({ type: "started", stage: stage("srl"), step: 0 });
  const say = (done: number) =>
    board.event({
      type: "said",
      stage: stage("srl"),
      event: { type: "progress", done, total: 1000, unit: "updates", note: `at ${done}` },
    });
  const versions = new Set<number>();
  const begun = Date.now();
  for (let done = 1; done <= 300; done++) {
    say(done);
    versions.add(read().written);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const most = 1 + Math.ceil((Date.now() - begun) / 500);
  assertEquals([versions.size >= 2, versions.size <= most], [true, true]);
  board.event({ type: "waiting", stage: stage("rlvr") });
  assertEquals([shown("srl").done, shown("srl").note], [300, "at 300"]);
  board.close();
});

Deno.test("BoardWriter spends a small part of a run's time on the largest boards, and falls behind for good on none", async () => {
  await using place = new Workplace();
  const plan = await planOf({ seeds: Array.from({ length: 200 }, (_, i) => i + 1) });
  const { root } = place.store;
  const seconds = new Map(plan.stages.map(({ id }) => [id, 100]));
  const options = { root, plan, stages: plan.stages, seconds, jobs: 2 };
  const board = (await BoardWriter.open(options))!;
  const begun = performance.now();
  for (const stage of plan.stages.slice(0, 500)) board.event({ type: "started", stage, step: 0 });
  // Each of them written at once would take half a minute.
  assertEquals(performance.now() - begun < 2000, true);
  board.close();
  const written: Board = JSON.parse(await Deno.readTextFile(boardPath(root, "five")));
  assertEquals(written.stages.filter(({ state }) => state === "stopped").length, 500);
});

Deno.test("BoardWriter.beat() writes what was left unwritten", async () => {
  await using place = new Workplace();
  const { board, stage, shown } = await opened(place);
  board.event({ type: "started", stage: stage("srl"), step: 0 });
  const event = { type: "progress", done: 7, total: 10, unit: "updates", note: "" } as const;
  board.event({ type: "said", stage: stage("srl"), event });
  assertEquals(shown("srl").done, 0);
  await new Promise((resolve) => setTimeout(resolve, 550));
  board.beat();
  assertEquals(shown("srl").done, 7);
  board.close();
});

Deno.test("BoardWriter leaves the board to the first of two runs, and takes it over from a dead one", async () => {
  await using place = new Workplace();
  const { board, options } = await opened(place);
  assertEquals(await BoardWriter.open(options), null);
  board.close();
  const next = await BoardWriter.open(options);
  assertEquals(next === null, false);
  next?.close();
});

Deno.test("BoardWriter says at the end that it could not write, and stops nothing", async () => {
  await using place = new Workplace();
  const { board, root, stage } = await opened(place);
  await Deno.remove(`${root}/boards`, { recursive: true });
  await Deno.writeTextFile(`${root}/boards`, "");
  board.event({ type: "started", stage: stage("srl"), step: 0 });
  assertMatch(board.close() ?? "", /^warning: the live view could not be told: /);
});

Deno.test("StageStore.found() finds what is being made, what is whole, and what failed", async () => {
  await using place = new Workplace();
  const plan = await planOf({ arms: { base: [] } });
  const id = plan.stages[0]!.id;
  assertEquals(await place.store.found(id), null);
  const draft = await place.store.begin(id);
  assertEquals(await place.store.found(id), draft.dir);
  await draft.leave();
  await place.run(plan, ["--fail=evaluate"]);
  assertEquals(await place.store.found(id), `${place.store.root}/failed/${id}`);
  await place.run(plan);
  assertEquals(await place.store.found(id), place.store.dir(id));
});
