import { assertEquals, assertStringIncludes } from "@std/assert";
import { stagesOf } from "../../../src/experiment/plan.ts";
import type { Tracker } from "../../../src/runs/tracking/tracker.ts";
import { Tracking } from "../../../src/runs/tracking/tracking.ts";
import { planOf, PROVENANCE, until, Workplace } from "../fixtures.ts";
import { RecordingTracker } from "./stages.ts";

const EVALUATED = '{"step":0,"hard greedy":0.5,"hard avg@8":0.5,"hard pass@8":0.5}';

/** Runs arms of a plan under tracking, with fake stages. */
async function tracked(
  place: Workplace,
  arms: readonly string[],
  args: readonly string[] = [],
  trackers: readonly Tracker[] = [],
  signal = new AbortController().signal,
): Promise<{ told: string[]; lines: string[] }> {
  const plan = await planOf();
  const recording = new RecordingTracker();
  const tracking = new Tracking({
    plan,
    store: place.store,
    provenance: PROVENANCE,
    trackers: [...trackers, recording],
    every: 20,
  });
  await place.run({ ...plan, stages: stagesOf(plan, arms) }, args, {
    jobs: 1,
    signal,
    onEvent: (event) => {
      place.events.push(event);
      tracking.event(event);
    },
  });
  const lines = await tracking.close();
  return { told: recording.told, lines };
}

Deno.test("Tracking tells of each stage's metrics and scores, and again of what is cached", async () => {
  await using place = new Workplace();
  const stages = (note: string) => [
    `begin srl, 1m, seed 1${note}`,
    'row srl, 1m, seed 1 {"step":1,"reward":0.5}',
    'row srl, 1m, seed 1 {"step":2,"reward":1}',
    "end srl, 1m, seed 1: finished",
    `begin evaluate srl, 1m, seed 1${note}`,
    `row evaluate srl, 1m, seed 1 ${EVALUATED}`,
    "end evaluate srl, 1m, seed 1: finished",
  ];
  assertEquals(await tracked(place, ["srl"]), { told: stages(""), lines: [] });
  assertEquals((await tracked(place, ["srl"])).told, stages(" (finished before)"));
});

Deno.test("Tracking tells of a stage that failed, and of one that was stopped", async () => {
  await using place = new Workplace();
  assertEquals((await tracked(place, ["srl"], ["--fail=srl"])).told, [
    "begin srl, 1m, seed 1",
    "end srl, 1m, seed 1: failed",
  ]);
  place.events.length = 0;
  const stop = new AbortController();
  const running = tracked(place, ["srl"], ["--slow-srl=1000"], [], stop.signal);
  await until(() => place.events.some(({ type }) => type === "said"));
  stop.abort();
  assertEquals((await running).told, ["begin srl, 1m, seed 1", "end srl, 1m, seed 1: stopped"]);
});

Deno.test("Tracking gives rows while a stage runs, not only at its end", async () => {
  await using place = new Workplace();
  const plan = await planOf();
  const recording = new RecordingTracker();
  const { store } = place;
  const trackers = [recording];
  const tracking = new Tracking({ plan, store, provenance: PROVENANCE, trackers, every: 10 });
  const stage = stagesOf(plan, ["srl"])[0]!;
  const draft = await store.begin(stage.id);
  tracking.event({ type: "started", stage, step: 0 });
  const path = `${draft.dir}/metrics.jsonl`;
  await Deno.writeTextFile(path, '{"step":1}\n{"step":2');
  await until(() => recording.told.length === 2);
  await Deno.writeTextFile(path, "}\n", { append: true });
  await until(() => recording.told.length === 3);
  assertEquals(recording.told.at(-1), 'row srl, 1m, seed 1 {"step":2}');
  await draft.commit();
  assertEquals(await tracking.close(), []);
});

Deno.test("Tracking reports what could not be told or read, once, and never throws", async () => {
  await using place = new Workplace();
  const broken = Object.assign(new RecordingTracker(), {
    name: "broken",
    begin: () => Promise.reject(new Error("no")),
    close: () => Promise.resolve({ lost: 3, total: 9, reason: "it is away" }),
  });
  const { lines } = await tracked(place, ["srl"], [], [broken]);
  assertEquals(lines[0], "warning: tracking: no");
  assertStringIncludes(lines[1]!, "warning: broken: 3 of 9 values were not taken (it is away)");
  assertEquals(lines.length, 2);
});

Deno.test("Tracking names an arm's first cell and every arm that shares a stage", async () => {
  await using place = new Workplace();
  const cells: unknown[] = [];
  const spy = Object.assign(new RecordingTracker(), {
    begin: ({ kind, cell }: { kind: string; cell: unknown }) => {
      if (kind === "srl") cells.push(cell);
      return Promise.resolve();
    },
  });
  await tracked(place, ["srl → rlvr", "srl"], [], [spy]);
  assertEquals(cells, [
    { arm: "srl", size: "1m", seed: 1, position: 0, arms: ["srl", "srl → rlvr"] },
  ]);
});
