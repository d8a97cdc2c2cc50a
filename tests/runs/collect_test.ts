import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { stagesOf } from "../../src/experiment/plan.ts";
import { collect } from "../../src/runs/collect.ts";
import { planOf, PROVENANCE, Workplace } from "./fixtures.ts";

Deno.test("collect() gives every row its cell, and a shared stage's rows to each cell", async () => {
  await using place = new Workplace();
  const plan = await planOf();
  await place.run(plan);
  const { cells, missing, outcomes, metrics, source } = await collect(plan, place.store);
  assertEquals([cells.length, missing.length], [5, 0]);
  // Two problems, greedily and eight times sampled, in five arms.
  assertEquals(outcomes.length, 5 * 2 * 9);
  assertEquals(new Set(outcomes.map(({ arm }) => arm)).size, 5);
  const last = metrics.filter(({ arm }) => arm === "srl → rlvr");
  assertEquals(last.map(({ stage, position, row }) => [stage, position, row.step]), [
    ["srl", 0, 1],
    ["srl", 0, 2],
    ["rlvr", 1, 1],
    ["rlvr", 1, 2],
  ]);
  assertEquals(source, { commit: "0123456789ab", dirty: false });
  const chain = cells.find(({ arm }) => arm === "srl → rlvr");
  assertEquals(chain?.stages.map(({ kind }) => kind), ["srl", "rlvr", "evaluate"]);
});

Deno.test("collect() leaves out cells that are not finished", async () => {
  await using place = new Workplace();
  const plan = await planOf();
  await place.run({ ...plan, stages: stagesOf(plan, ["srl", "base"]) });
  const { cells, missing, outcomes } = await collect(plan, place.store);
  assertEquals(cells.map(({ arm }) => arm), ["base", "srl"]);
  assertEquals(missing.map(({ arm }) => arm), ["sft", "rlvr", "srl → rlvr"]);
  assertEquals([...new Set(outcomes.map(({ arm }) => arm))], ["base", "srl"]);
});

Deno.test("collect() lets one dirty stage taint all, and names every commit", async () => {
  await using place = new Workplace();
  const plan = await planOf();
  await place.run({ ...plan, stages: stagesOf(plan, ["base"]) });
  const dirty = { ...PROVENANCE, commit: "fedcba9876543210", dirty: true };
  await place.run(plan, [], { provenance: dirty });
  const { source } = await collect(plan, place.store);
  assertEquals(source, {
    commit: "0123456789ab, fedcba987654",
    dirty: true,
    mixed: ["commits 0123456789ab (1 stage) and fedcba987654 (8 stages)"],
  });
  const unknown = { ...PROVENANCE, commit: null, dirty: null };
  const more = await planOf({ seeds: [1, 2] });
  await place.run(more, [], { provenance: unknown });
  const { commit, dirty: tainted } = (await collect(more, place.store)).source;
  assertEquals([commit, tainted], [null, true]);
});

Deno.test("collect() names both trees of a stage that was interrupted and gone on with", async () => {
  await using place = new Workplace();
  const plan = await planOf({ arms: { base: [] } });
  await place.run(plan);
  const path = `${place.store.dir(plan.cells[0]!.evaluation)}/provenance.json`;
  const made = JSON.parse(await Deno.readTextFile(path));
  const earlier = [{ ...PROVENANCE, commit: "fedcba9876543210", dirty: true, start: made.start }];
  await Deno.writeTextFile(path, JSON.stringify({ ...made, earlier }));
  const { source } = await collect(plan, place.store);
  assertEquals(source, {
    commit: "0123456789ab, fedcba987654",
    dirty: true,
    mixed: ["commits 0123456789ab (1 stage) and fedcba987654 (1 stage)"],
  });
});

Deno.test("collect() names the file of a broken outcome", async () => {
  await using place = new Workplace();
  const plan = await planOf({ arms: { base: [] } });
  await place.run(plan);
  const path = `${place.store.dir(plan.cells[0]!.evaluation)}/outcomes.jsonl`;
  await Deno.writeTextFile(path, '{"benchmark": \n');
  const error = await assertRejects(() => collect(plan, place.store), InputError);
  assertEquals(error.message.startsWith(`${path}: not what was written: found `), true);
});
