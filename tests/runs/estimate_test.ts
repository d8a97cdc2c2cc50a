import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { PlannedStage } from "../../src/experiment/plan.ts";
import {
  calibrate,
  makespan,
  modelSeconds,
  paceOf,
  stageSeconds,
  wayBehind,
} from "../../src/runs/estimate.ts";
import { srl } from "../../src/experiment/srl.ts";
import { trl } from "../../src/experiment/trl.ts";
import { planOf, PROVENANCE, Workplace } from "./fixtures.ts";

const stage = (id: string, parent: string | null): PlannedStage =>
  ({ id, parent, label: id, size: "1m", spec: {} }) as unknown as PlannedStage;

Deno.test("modelSeconds() grows with tokens and weights", () => {
  const idle = modelSeconds({ trained: 0, sampled: 0, parameters: 1e6 });
  const trained = modelSeconds({ trained: 1e6, sampled: 0, parameters: 1e6 });
  const sampled = modelSeconds({ trained: 0, sampled: 1e6, parameters: 1e6 });
  assertEquals([trained - idle, sampled - idle], [150, 100]);
});

Deno.test("makespan() counts slots and chains", () => {
  const stages = [stage("a", null), stage("b", "a"), stage("c", null), stage("d", null)];
  const seconds = new Map([["a", 5], ["b", 5], ["c", 4], ["d", 4]]);
  assertEquals(makespan(stages, seconds, 1), 18);
  assertEquals(makespan(stages, seconds, 2), 10);
  assertEquals(makespan(stages, seconds, 9), 10);
  // What is done costs nothing, also as a parent.
  assertEquals(makespan(stages, new Map([["b", 5]]), 2), 5);
  assertEquals(makespan(stages, new Map(), 2), 0);
});

Deno.test("paceOf() tells stages apart that different engines or numbers of threads train", async () => {
  const kinds = async (
    changes: Parameters<typeof planOf>[0],
  ) => [...new Set((await planOf(changes)).stages.map(({ spec }) => paceOf(spec)))];
  const arms = { a: [srl({ updates: 1, learningRate: 1e-3 })] };
  assertEquals(await kinds({ arms }), ["srl", "evaluate"]);
  assertEquals(await kinds({ arms, engine: trl() }), ["srl on trl", "evaluate"]);
  const [{ spec }] = (await planOf({ arms })).stages as [PlannedStage];
  assertEquals(paceOf({ ...spec, threads: 2 }), "srl, 2 threads");
});

Deno.test("wayBehind() sums the longest chain that a stage begins", () => {
  const stages = [stage("a", null), stage("b", "a"), stage("c", "a"), stage("d", "b")];
  const way = wayBehind(stages, new Map([["a", 1], ["b", 2], ["c", 9], ["d", 4]]));
  assertEquals([...way].sort(), [["a", 10], ["b", 6], ["c", 9], ["d", 4]]);
});

Deno.test("calibrate() learns from finished stages of this processor, kind by kind", async () => {
  await using place = new Workplace();
  const plan = await planOf({ seeds: [1, 2, 3] });
  const work = { trained: 1e6, sampled: 1e6, parameters: 1e5 };
  await place.run(plan, [], { work: new Map(plan.stages.map(({ id }) => [id, work])) });
  const other = await calibrate(place.store, "another cpu");
  assertEquals(other, { stages: 0, factors: {} });
  assertEquals(stageSeconds("srl", work, other), modelSeconds(work));
  for (const { id, spec } of plan.stages) {
    const seconds = modelSeconds(work) * (spec.kind === "train" ? spec.seed + 1 : 0.5);
    const made = { ...PROVENANCE, cpu: "a cpu", threads: 1, start: "", end: "", seconds, work };
    await Deno.writeTextFile(`${place.store.dir(id)}/provenance.json`, JSON.stringify(made));
  }
  const found = await calibrate(place.store, "a cpu");
  assertEquals(found.stages, 27);
  assertAlmostEquals(stageSeconds("srl", work, found), modelSeconds(work) * 3, 1e-9);
  assertAlmostEquals(stageSeconds("evaluate", work, found), modelSeconds(work) * 0.5, 1e-9);
});
