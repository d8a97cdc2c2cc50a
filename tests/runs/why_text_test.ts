import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import type { Plan } from "../../src/experiment/plan.ts";
import { sft } from "../../src/experiment/sft.ts";
import { collect } from "../../src/runs/collect.ts";
import { planReport } from "../../src/runs/plan_report.ts";
import { whyLines } from "../../src/runs/why_text.ts";
import { planOf, Workplace } from "./fixtures.ts";

/** The text about a plan's cell, after the run of another plan. */
async function whyOf(place: Workplace, before: Plan, plan: Plan, name: string): Promise<string[]> {
  const { cells } = await collect(before, place.store);
  const stored = await place.store.list();
  const finished = new Set(plan.stages.map(({ id }) => id).filter((id) => stored.includes(id)));
  const facts = {
    plan,
    stages: plan.stages,
    finished,
    seconds: new Map(plan.stages.map(({ id }) => [id, 120])),
    memory: new Map(plan.stages.map(({ id }) => [id, 2 ** 29])),
    notes: [],
    gpuDemands: [],
    atOnce: 1,
    total: 0,
    calibration: { stages: 0, factors: {} },
  };
  const report = await planReport(facts, cells, place.store);
  return await whyLines(report, report.cells.find((cell) => cell.name === name)!, place.store);
}

const short = (line: string) => line.replace(/[0-9a-f]{16}/g, "ID");

Deno.test("whyLines() says where a finished cell comes from, within 100 columns", async () => {
  await using place = new Workplace();
  const plan = await planOf();
  await place.run(plan);
  const lines = await whyOf(place, plan, plan, "srl → rlvr/1m/1");
  assertEquals(lines[0], "srl → rlvr/1m/1: finished; 3 stages cached");
  assertEquals(short(lines[2]!), "1 srl ID: cached");
  assertMatch(
    lines.slice(3).join(" ").replace(/ +/g, " "),
    /^ made \d{4}-\d\d-\d\d \d\d:\d\d UTC in [\d.]+ s, commit 0123456789ab, a cpu \S+ shared with srl\/1m\/1 /,
  );
  assertEquals(lines.every((line) => line.length <= 100), true);
});

Deno.test("whyLines() gives every change of every stage that is to run", async () => {
  await using place = new Workplace();
  const before = await planOf({ arms: { sft: [sft({ learningRate: 1e-3 })] } });
  await place.run(before);
  const arms = {
    sft: [
      sft({
        learningRate: 2e-3,
        batch: 32,
        epochs: 2,
        schedule: "linear",
        warmup: 0.1,
        weightDecay: 0.02,
      }),
    ],
  };
  const lines = await whyOf(place, before, await planOf({ arms }), "sft/1m/1");
  assertEquals(lines.map(short), [
    "sft/1m/1: 2 of 2 stages to run; about 4 min, at most 0.50 GiB",
    "",
    "1 sft ID: to run; about 2 min, 0.50 GiB",
    "  batch changed: 64 → 32",
    "  epochs changed: 3 → 2",
    "  learningRate changed: 0.001 → 0.002",
    '  schedule changed: "cosine" → "linear"',
    "  warmup changed: 0.3 → 0.1",
    "  weightDecay changed: 0 → 0.02",
    "  compared with ID of the last results",
    "",
    "2 evaluate ID: to run; about 2 min, 0.50 GiB",
    "  starts from another stage: sft, 1m, seed 1",
    "  compared with ID of the last results",
  ]);
});

Deno.test("whyLines() names a finished stage whose provenance is broken", async () => {
  await using place = new Workplace();
  const plan = await planOf({ arms: { base: [] } });
  await place.run(plan);
  const dir = place.store.dir(plan.cells[0]!.evaluation);
  const report = () => whyOf(place, plan, plan, "base/1m/1");
  await report();
  const { cells } = await collect(plan, place.store);
  assertEquals(cells.length, 1);
  const text = await Deno.readTextFile(`${dir}/provenance.json`);
  await Deno.writeTextFile(`${dir}/provenance.json`, text.slice(0, 9));
  const facts = {
    plan,
    stages: plan.stages,
    finished: new Set(plan.stages.map(({ id }) => id)),
    seconds: new Map(),
    memory: new Map(),
    notes: [],
    gpuDemands: [],
    atOnce: 1,
    total: 0,
    calibration: { stages: 0, factors: {} },
  };
  const made = await planReport(facts, cells, place.store);
  await assertRejects(
    () => whyLines(made, made.cells[0]!, place.store),
    InputError,
    "provenance.json: cannot be read",
  );
});
