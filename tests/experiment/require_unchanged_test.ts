import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { planExperiment } from "../../src/experiment/plan.ts";
import { experiment } from "../../src/experiment/experiment.ts";
import { requireUnchanged } from "../../src/experiment/require_unchanged.ts";
import { declaration, POLICY } from "./declarations.ts";

Deno.test("requireUnchanged() names data and policies that changed since they were planned", async () => {
  const dir = await Deno.makeTempDir();
  for (const { name } of Deno.readDirSync(POLICY)) {
    Deno.copyFileSync(`${POLICY}/${name}`, `${dir}/${name}`);
  }
  const row = (n: number) =>
    JSON.stringify({ question: `${n}?`, solution: "1. **A** b\n2. **C** d", answer: "d" });
  await Deno.writeTextFile(`${dir}/rows.jsonl`, [1, 2, 3].map(row).join("\n"));
  const plan = async () =>
    (await planExperiment(experiment(declaration({
      policy: dir,
      seeds: [1],
      data: { file: `${dir}/rows.jsonl`, validation: 1 },
    })))).stages;
  const training = async () => (await plan()).find(({ spec }) => spec.kind === "train")!;
  const before = await training();
  await requireUnchanged(before.spec);
  await Deno.writeTextFile(`${dir}/rows.jsonl`, [1, 2, 4].map(row).join("\n"));
  const after = await training();
  assertNotEquals(after.id, before.id);
  await requireUnchanged(after.spec);
  const changed = await assertRejects(() => requireUnchanged(before.spec), InputError);
  const advice = "has changed since the run began; run again to plan with what it holds now";
  assertEquals(changed.message, `${dir}/rows.jsonl: ${advice}`);
  await Deno.writeTextFile(`${dir}/config.json`, "{}");
  const policy = await assertRejects(() => requireUnchanged(after.spec), InputError);
  assertEquals(policy.message, `${dir}: ${advice}`);
  await Deno.remove(dir, { recursive: true });
});
