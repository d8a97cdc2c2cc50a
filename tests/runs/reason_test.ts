import { assertEquals } from "@std/assert";
import { collect } from "../../src/runs/collect.ts";
import { earlierStages, reasonLines, reasonsFor } from "../../src/runs/reason.ts";
import { rlvr } from "../../src/experiment/rlvr.ts";
import { sft } from "../../src/experiment/sft.ts";
import { srl } from "../../src/experiment/srl.ts";
import type { Plan } from "../../src/experiment/plan.ts";
import { relay } from "../../src/experiment/data.ts";
import { planOf, Workplace } from "./fixtures.ts";

/** Reasons of the stages that are not stored, by label. */
async function reasons(before: Plan, after: Plan, place: Workplace) {
  const { cells } = await collect(before, place.store);
  const open = [];
  for (const stage of after.stages) if (!await place.store.has(stage.id)) open.push(stage);
  const found = await reasonsFor(open, earlierStages(after, cells), place.store);
  const labels = new Map(after.stages.map(({ id, label }) => [id, label]));
  return Object.fromEntries(open.map(({ id, label, parent }) => [
    label.replace(", 1m, seed 1", ""),
    reasonLines(found.get(id)!, parent && labels.get(parent)!),
  ]));
}

const arms = (autojunk: boolean, updates = 30) => {
  const steps = srl({
    updates: 60,
    learningRate: 3e-4,
    reward: { kind: "similarity", autojunk },
  });
  return {
    base: [],
    srl: [steps],
    "srl → rlvr": [steps, rlvr({ updates, learningRate: 1e-4 })],
  };
};

Deno.test("reasonsFor() names the changed value, and the changed parent of what lies below", async () => {
  await using place = new Workplace();
  const before = await planOf({ arms: arms(true) });
  await place.run(before);
  assertEquals(await reasons(before, await planOf({ arms: arms(false) }), place), {
    "srl": ["reward.autojunk changed: true → false"],
    "evaluate srl": ["starts from another stage: srl, 1m, seed 1"],
    "srl → rlvr": ["starts from another stage: srl, 1m, seed 1"],
    "evaluate srl → rlvr": ["starts from another stage: srl → rlvr, 1m, seed 1"],
  });
  assertEquals(await reasons(before, await planOf({ arms: arms(true, 31) }), place), {
    "srl → rlvr": ["updates changed: 30 → 31"],
    "evaluate srl → rlvr": ["starts from another stage: srl → rlvr, 1m, seed 1"],
  });
  const both = await reasons(before, await planOf({ arms: arms(false, 31) }), place);
  assertEquals(both["srl → rlvr"], [
    "updates changed: 30 → 31",
    "starts from another stage: srl, 1m, seed 1",
  ]);
});

Deno.test("reasonsFor() names changed data and evaluation, and what is new", async () => {
  await using place = new Workplace();
  const before = await planOf({ arms: { base: [], srl: arms(true).srl } });
  await place.run(before);
  const evaluation = { benchmarks: { hard: relay({ tier: "hard", problems: 99, seed: 1001 }) } };
  const measured = await planOf({ arms: { base: [], srl: arms(true).srl }, evaluation });
  assertEquals(await reasons(before, measured, place), {
    "evaluate base": ["benchmarks.hard.problems changed: 100 → 99"],
    "evaluate srl": ["benchmarks.hard.problems changed: 100 → 99"],
  });
  const data = relay({ tier: "hard", train: 401, validation: 64, seed: 1 });
  const fed = await planOf({ arms: { base: [], srl: arms(true).srl }, data });
  assertEquals((await reasons(before, fed, place)).srl, ["data.train changed: 400 → 401"]);
  const imitation = [sft({ learningRate: 1e-3 })];
  const added = await planOf({ arms: { base: [], srl: arms(true).srl, sft: imitation } });
  assertEquals(await reasons(before, added, place), {
    "sft": ["new: the last results have no such stage"],
    "evaluate sft": ["new: the last results have no such stage"],
  });
  // An arm of the same name whose stages are of another kind: nothing to compare a value with.
  const replaced = await planOf({ arms: { base: [], srl: imitation } });
  assertEquals(await reasons(before, replaced, place), {
    "sft": ["new: the last results have no such stage"],
    "evaluate srl": ["starts from another stage: sft, 1m, seed 1"],
  });
});

Deno.test("reasonsFor() says what was removed from the store", async () => {
  await using place = new Workplace();
  const before = await planOf({ arms: arms(true) });
  await place.run(before);
  const { cells } = await collect(before, place.store);
  const [base] = before.stages;
  const srlStage = before.stages.find(({ label }) => label.startsWith("srl,"))!;
  await Deno.remove(place.store.dir(base!.id), { recursive: true });
  const same = await reasonsFor([base!], earlierStages(before, cells), place.store);
  assertEquals(reasonLines(same.get(base!.id)!, null), [
    "removed: the last results were made from it, and it is not stored any more",
  ]);
  await Deno.remove(place.store.dir(srlStage.id), { recursive: true });
  const after = await planOf({ arms: arms(false) });
  const changed = after.stages.find(({ label }) => label.startsWith("srl,"))!;
  const other = await reasonsFor([changed], earlierStages(after, cells), place.store);
  assertEquals(reasonLines(other.get(changed.id)!, null), [
    `changed: the earlier stage ${srlStage.id} is not stored any more`,
  ]);
});
