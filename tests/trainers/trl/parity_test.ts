import { assert, assertEquals, assertLess } from "@std/assert";
import { rlvr, rlvrSchema } from "../../../src/experiment/rlvr.ts";
import { sft, sftSchema } from "../../../src/experiment/sft.ts";
import { srl, srlSchema } from "../../../src/experiment/srl.ts";
import { Policy } from "../../../src/policy/policy.ts";
import { METRICS, readRows, ROLLOUTS } from "../../../src/results/jsonl_rows.ts";
import { runTrainingStage } from "../../../src/trainers/embedded/run_stage.ts";
import { runJobStage } from "../../../src/trainers/jobs/run_stage.ts";
import { assertAgree, replay } from "../jobs/parity.ts";
import { live } from "./python_available.ts";
import { BASE, contextOf, specOf } from "./specs.ts";

Deno.test(
  await live("5 updates of SFT agree with the embedded engine's, with 2 processes"),
  async () => {
    const stage = sftSchema.parse(sft({ updates: 5, batch: 12, learningRate: 1e-3 }));
    const [theirs, ours] = [await contextOf(), await contextOf()];
    await runJobStage(specOf(stage, { processes: 2, sequences: 3 }), theirs);
    const { trainer: _, ...spec } = specOf(stage);
    await runTrainingStage(spec, ours);
    using a = await Policy.load(`${theirs.dir}/checkpoint`);
    using b = await Policy.load(`${ours.dir}/checkpoint`);
    await assertAgree(a, b);
    const read = (dir: string) => readRows(METRICS, `${dir}/metrics.jsonl`);
    const [found, expected] = [await read(theirs.dir), await read(ours.dir)];
    assertEquals(found.map(({ step }) => step), expected.map(({ step }) => step));
    found.forEach((row, i) => {
      for (const key of ["loss", "gradNorm", "learningRate"] as const) {
        assertLess(
          Math.abs(row[key]! - expected[i]![key]!),
          1e-3 * Math.abs(expected[i]![key]!) + 1e-9,
        );
      }
    });
  },
);

const few = { groups: 6, rollouts: 4, learningRate: 5e-4, maxTokens: 24 };
const cases = {
  // Groups are dropped and not replaced, so that rows without weight fill the batch up.
  "SRL, grpo with KL, batches that stay short": srlSchema.parse(srl({
    ...{ ...few, updates: 5, loss: "grpo", klCoefficient: 0.05, maskTruncated: true },
    dynamicSampling: { epsilon: 0.2, maxRefills: 0 },
  })),
  "SRL, gspo, two updates a batch, a schedule": srlSchema.parse(srl({
    ...{ ...few, updates: 6, updatesPerBatch: 2, loss: "gspo", schedule: "linear", warmup: 0.3 },
    clip: { low: 0.02, high: 0.02 },
  })),
  "RLVR, dapo, a reward of the text": rlvrSchema.parse(rlvr({
    ...{ ...few, updates: 5, temperature: 0.8, weightDecay: 0.1, maxTokens: 64 },
    reward: "similarity",
    dynamicSampling: { epsilon: 0.01, maxRefills: 1 },
  })),
};

for (const [name, stage] of Object.entries(cases)) {
  Deno.test(await live(`updates of ${name} agree with the embedded engine's`), async () => {
    const context = await contextOf();
    await runJobStage(specOf(stage, { processes: name.startsWith("SRL, grpo") ? 2 : 1 }), context);
    const rows = await readRows(ROLLOUTS, `${context.dir}/rollouts.jsonl`);
    using ours = await Policy.load(BASE);
    const expected = await replay(ours, stage, rows);
    using theirs = await Policy.load(`${context.dir}/checkpoint`);
    await assertAgree(theirs, ours);
    const found = await readRows(METRICS, `${context.dir}/metrics.jsonl`);
    assertEquals(found.length, expected.length);
    found.forEach(({ loss, gradNorm, kl }, i) => {
      const { loss: l, gradNorm: g, kl: k } = expected[i]!;
      // The first update is made from the same weights; later ones carry what rounding did to those before.
      const share = i === 0 && stage.updatesPerBatch === 1 ? 1e-4 : 1e-2;
      assertLess(Math.abs(loss! - l!), share * Math.abs(l!) + 1e-5);
      assertLess(Math.abs(gradNorm! - g!), share * g!);
      if (k != null) assertLess(Math.abs(kl! - k), share * k + 1e-6);
    });
    assert(
      found.some(({ dropped }) => dropped! > 0) || stage.loss === "gspo",
      "nothing was dropped",
    );
  });
}
