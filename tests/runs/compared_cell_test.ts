import { assertEquals, assertRejects } from "@std/assert";
import { comparedCell } from "../../src/runs/compared_cell.ts";
import { Project } from "../cli/project.ts";
import { planOf } from "./fixtures.ts";

Deno.test("comparedCell() finds a cell of the plan, and one of another file with its seeds or others", async () => {
  using project = new Project();
  const plan = await planOf();
  const own = await comparedCell("sft", plan);
  assertEquals([own.name, own.plan === plan, own.cell.arm], ["sft/1m/1", true, "sft"]);
  const file = `${project.dir}/five.ts`;
  const other = await comparedCell(`${file}:srl → rlvr`, plan);
  assertEquals([other.name, other.plan === plan], [`${file}:srl → rlvr/1m/1`, false]);
  const seeded = await comparedCell(`${file}:sft/3`, plan, { seeds: [3] });
  assertEquals(seeded.cell.seed, 3);
});

Deno.test("comparedCell() says which file has no such cell", async () => {
  using project = new Project();
  const file = `${project.dir}/five.ts`;
  await assertRejects(
    async () => await comparedCell(`${file}:stf`, await planOf()),
    Error,
    `--diff: ${file}: found "stf"; expected a cell, arm/size/seed; did you mean "sft/1m/1"?`,
  );
});
