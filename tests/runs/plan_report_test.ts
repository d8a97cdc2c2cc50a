import { assertEquals } from "@std/assert";
import { rlvr } from "../../src/experiment/rlvr.ts";
import { sft } from "../../src/experiment/sft.ts";
import { srl } from "../../src/experiment/srl.ts";
import { steps } from "../../src/data/granularity/granularity.ts";
import { type PlanFacts, planReport, stateText } from "../../src/runs/plan_report.ts";
import { collect } from "../../src/runs/collect.ts";
import { planOf, Workplace } from "./fixtures.ts";

/** Facts of a plan of which some stages are finished; each other takes 10 s, each stage as many GiB as its place. */
async function factsOf(
  finished: ReadonlySet<string>,
  changes: Parameters<typeof planOf>[0] = {},
): Promise<PlanFacts> {
  const plan = await planOf(changes);
  const { stages } = plan;
  return {
    plan,
    stages,
    finished,
    seconds: new Map(stages.filter(({ id }) => !finished.has(id)).map(({ id }) => [id, 10])),
    memory: new Map(stages.map(({ id }, i) => [id, (i + 1) * 2 ** 30])),
    gpuDemands: [],
    notes: ["data: 4 of 5 rows used"],
    atOnce: 2,
    total: 45,
    calibration: { stages: 3, factors: {} },
  };
}

Deno.test("planReport() lays out arms, sizes, granularities, rewards and seeds", async () => {
  await using place = new Workplace();
  const coarse = srl({ updates: 9, learningRate: 1e-4, granularity: steps(2), reward: "chrf" });
  const arms = {
    base: [],
    sft: [sft({ learningRate: 1e-3 })],
    coarse: [coarse],
    both: [coarse, rlvr({ updates: 9, learningRate: 1e-4 })],
  };
  const facts = await factsOf(new Set(), { arms, seeds: [1, 2] });
  const { grid, cells, estimate } = await planReport(facts, null, place.store);
  assertEquals(grid, {
    arms: ["base", "sft", "coarse", "both"],
    sizes: ["1m"],
    granularities: ["steps:2", "whole"],
    rewards: ["chrf", "answer"],
    seeds: [1, 2],
  });
  assertEquals(
    cells.map(({ name, granularity, reward }) => [name, granularity.join(), reward.join()]),
    [
      ["base/1m/1", "", ""],
      ["base/1m/2", "", ""],
      ["sft/1m/1", "", ""],
      ["sft/1m/2", "", ""],
      ["coarse/1m/1", "steps:2", "chrf"],
      ["coarse/1m/2", "steps:2", "chrf"],
      ["both/1m/1", "steps:2,whole", "chrf,answer"],
      ["both/1m/2", "steps:2,whole", "chrf,answer"],
    ],
  );
  // The two largest of fourteen stages.
  assertEquals(facts.stages.length, 14);
  assertEquals(estimate, { jobs: 2, seconds: 45, memory: 27 * 2 ** 30, measured: 3 });
});

Deno.test("planReport() says what is cached and what is to run, and sums what is left", async () => {
  await using place = new Workplace();
  const { stages } = await planOf();
  const shared = stages.find(({ label }) => label === "srl, 1m, seed 1")!.id;
  const facts = await factsOf(new Set([shared]));
  const report = await planReport(facts, null, place.store);
  const cell = report.cells.find(({ arm }) => arm === "srl → rlvr")!;
  assertEquals([cell.left, cell.stages.length, cell.seconds], [2, 3, 20]);
  assertEquals(cell.memory, 9 * 2 ** 30);
  const stage = report.stages.find(({ id }) => id === shared)!;
  assertEquals([stage.state, stage.reason, stage.seconds], ["cached", null, 0]);
  assertEquals(stage.cells, ["srl/1m/1", "srl → rlvr/1m/1"]);
  assertEquals(JSON.parse(JSON.stringify(report)), report);
});

Deno.test("planReport() compares with the cells of the last results", async () => {
  await using place = new Workplace();
  const before = await planOf();
  await place.run(before);
  const { cells } = await collect(before, place.store);
  const changed = await planOf({ arms: { sft: [sft({ learningRate: 2e-3 })] } });
  const facts = await factsOf(new Set(), { arms: { sft: [sft({ learningRate: 2e-3 })] } });
  const { stages } = await planReport({ ...facts, plan: changed }, cells, place.store);
  assertEquals(stages.map(({ why }) => why), [
    ["learningRate changed: [0.0001,0.001] → [0.002]"],
    ["starts from another stage: sft, 1m, seed 1"],
  ]);
});

Deno.test("stateText() says where a stage would go on", () => {
  assertEquals(stateText({ state: "cached", resume: null }), "cached");
  assertEquals(stateText({ state: "resumable", resume: 20 }), "resumable at step 20");
});
