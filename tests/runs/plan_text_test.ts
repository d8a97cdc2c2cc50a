import { assertEquals, assertMatch } from "@std/assert";
import { planReport } from "../../src/runs/plan_report.ts";
import { details, summary } from "../../src/runs/plan_text.ts";
import { type ResolvedTrl, trl, trlSchema } from "../../src/experiment/trl.ts";
import { srl } from "../../src/experiment/srl.ts";
import { collect } from "../../src/runs/collect.ts";
import { planOf, Workplace } from "./fixtures.ts";

/** What the text is made from, with these stages finished. */
async function inputOf(finished: (index: number) => boolean, plan = planOf()) {
  const made = await plan;
  const { stages } = made;
  const done = new Set(stages.filter((_, i) => finished(i)).map(({ id }) => id));
  return {
    plan: made,
    gpuDemands: [],
    notes: ["data: solutions.jsonl: 4 of 5 rows used"],
    stages,
    finished: done,
    seconds: new Map(stages.filter(({ id }) => !done.has(id)).map(({ id }) => [id, 60])),
    memory: new Map(stages.map(({ id }) => [id, 2 ** 29])),
    atOnce: 2,
    total: 120,
    calibration: { stages: 1, factors: {} },
    jobs: "2 at once",
  };
}

Deno.test("summary() says what is to be done, and what became of the data", async () => {
  const input = await inputOf((i) => i > 0);
  assertEquals(summary(input), [
    "five: Which is best?",
    "data: solutions.jsonl: 4 of 5 rows used",
    "5 arms × 1 size × 1 seed = 5 cells; 9 stages: 8 finished already, 1 to run",
    "2 at once",
    "about 2 min (from 1 stage finished on this machine), at most 0.50 GiB of memory",
  ]);
  const all = await inputOf(() => true);
  assertEquals(summary({ ...all, notes: [] }), [
    "five: Which is best?",
    "5 arms × 1 size × 1 seed = 5 cells; 9 stages: 9 finished already, 0 to run",
  ]);
});

Deno.test("summary() says where stages are trained that are not trained here", async () => {
  const input = await inputOf(() => true);
  const ray = { address: "http://head:8265", device: "gpu" as const };
  const engine = trlSchema.parse(trl({ processes: 4, ray }));
  const { experiment } = input.plan;
  const on = (engine: ResolvedTrl) => ({
    ...input,
    plan: { ...input.plan, experiment: { ...experiment, engine } },
  });
  assertEquals(
    summary(on(engine))[2],
    "trains on Ray at http://head:8265: each stage takes 4 processors and 4 GPUs of one node",
  );
  assertEquals(summary(on({ ...engine, ray: null })), summary(input));
});

Deno.test("details() is a table of cells, and one of stages", async () => {
  await using place = new Workplace();
  const input = await inputOf((i) => i < 3);
  const lines = details(await planReport(input, null, place.store));
  assertEquals(lines.slice(0, 8).map((line) => line.replace(/ +/g, " ")), [
    "",
    "cells",
    " granularities: whole, step",
    " rewards: answer, similarity",
    " arm size granularity reward seed state time left memory",
    " base 1m – – 1 cached 0.50 GiB",
    " sft 1m – – 1 cached 0.50 GiB",
    " rlvr 1m whole answer 1 to run about 2 min 0.50 GiB",
  ]);
  assertMatch(
    lines.join("\n"),
    /\n {2}[0-9a-f]{16} {2}to run {2}about 1 min {2}0\.50 GiB {2}srl, 1m, seed 1 \(in 2 cells\)\n/,
  );
  // Nothing was ever run: no reason is worth a line.
  assertEquals(lines.length, 5 + 5 + 2 + 9);
});

Deno.test("details() says under a stage what changed, in lines of 100 columns", async () => {
  await using place = new Workplace();
  const before = await planOf();
  await place.run(before);
  const { cells } = await collect(before, place.store);
  const many = srl({
    updates: 61,
    learningRate: 1e-4,
    groups: 16,
    rollouts: 4,
    temperature: 0.9,
    reward: {
      kind: "sum",
      of: [{ weight: 0.5, reward: "similarity" }, { weight: 0.5, reward: "token-f1" }],
    },
  });
  const input = await inputOf(() => false, planOf({ arms: { srl: [many] } }));
  const lines = details(await planReport(input, cells, place.store));
  const at = lines.findIndex((line) => line.endsWith("  srl, 1m, seed 1"));
  assertEquals(lines.slice(at + 1, at + 6), [
    "      groups changed: 32 → 16",
    "      learningRate changed: 0.0003 → 0.0001",
    "      reward changed: similarity → sum",
    "      rollouts changed: 8 → 4",
    "      and 2 more: see --why",
  ]);
  assertEquals(lines.every((line) => line.length <= 100), true);
});
