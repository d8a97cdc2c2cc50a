import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { rlvr, rlvrSchema } from "../../../src/experiment/rlvr.ts";
import { moduleReward } from "../../../src/rewards/module_reward.ts";
import { gpuModels } from "../../../src/runs/hardware.ts";
import { readResume } from "../../../src/runs/resumable.ts";
import { JobFailure } from "../../../src/trainers/jobs/job_process.ts";
import { runJobStage } from "../../../src/trainers/jobs/run_stage.ts";
import { live } from "./python_available.ts";
import { contextOf, specOf } from "./specs.ts";

const few = { updates: 2, groups: 4, rollouts: 4, learningRate: 1e-3, maxTokens: 24 };

Deno.test("runJobStage() says what a stage needs that is not here", async () => {
  const stage = rlvrSchema.parse(rlvr(few));
  await assertRejects(
    async () => await runJobStage(specOf(stage, { nodes: 2 }), await contextOf()),
    InputError,
    "engine.nodes: found 2; expected 1 to run here: `--plan --emit DIR` writes the jobs",
  );
  if ((await gpuModels()).length >= 2) return;
  await assertRejects(
    async () =>
      await runJobStage(specOf(stage, { processes: 2, sharding: "fsdp2" }), await contextOf()),
    InputError,
    'engine.sharding: found "fsdp2" with 2 processes; expected a GPU for each',
  );
});

Deno.test(
  await live("runJobStage() ends a stage whose rewards fail, with the reason that the job gave"),
  async () => {
    const file = "tests/trainers/trl/broken_reward.ts";
    const stage = rlvrSchema.parse(
      rlvr({ ...few, reward: moduleReward({ file, needsFormat: false }) }),
    );
    const context = await contextOf({ saveEvery: 0 });
    const error = await assertRejects(() => runJobStage(specOf(stage), context), JobFailure);
    const expected = "RuntimeError: 64 of 64 rewards failed; expected at most 0.05 of them " +
      "(maxRewardFailures): error: ";
    assert(error.message.includes(expected), error.message);
    assert(error.message.includes("the judge is away"), error.message);
    assertEquals(await readResume(context.dir), null); // It failed before it could save.
    // What was sampled can be looked at.
    const rows = (await Deno.readTextFile(`${context.dir}/job/output/rollouts.jsonl`)).trimEnd()
      .split("\n");
    assertEquals(rows.length, 64); // 4 groups of 4, and 3 refills
    assertEquals(rows.map((row) => JSON.parse(row).reward), rows.map(() => null));
  },
);
