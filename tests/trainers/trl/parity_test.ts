import { assert, assertEquals, assertLess } from "@std/assert";
import { Learner } from "../../../src/algorithms/learner.ts";
import { objectiveOf } from "../../../src/algorithms/policy_loss.ts";
import { learningRateAt } from "../../../src/engine/optim/schedule.ts";
import { rlvr, rlvrSchema } from "../../../src/experiment/rlvr.ts";
import { sft, sftSchema } from "../../../src/experiment/sft.ts";
import { type ResolvedSrl, srl, srlSchema } from "../../../src/experiment/srl.ts";
import type { ResolvedRlvr } from "../../../src/experiment/rlvr.ts";
import { pack } from "../../../src/policy/packing.ts";
import { Policy } from "../../../src/policy/policy.ts";
import { Scorer } from "../../../src/policy/scorer.ts";
import { METRICS, readRows, ROLLOUTS } from "../../../src/results/jsonl_rows.ts";
import type { RolloutRow } from "../../../src/results/outcome.ts";
import { ReferencePolicy } from "../../../src/trainers/embedded/reference_policy.ts";
import type { Group } from "../../../src/trainers/embedded/rollout_sampler.ts";
import { runTrainingStage } from "../../../src/trainers/embedded/run_stage.ts";
import { ADAMW } from "../../../src/trainers/embedded/settings.ts";
import { updateOnGroups } from "../../../src/trainers/embedded/update_on_groups.ts";
import { runJobStage } from "../../../src/trainers/jobs/run_stage.ts";
import { live } from "./python_available.ts";
import { BASE, contextOf, specOf } from "./specs.ts";

/** The 2-norm of the difference of two policies' weights, and of how far one has come from the base. */
async function distances(trained: Policy, other: Policy) {
  using base = await Policy.load(BASE);
  let [between, moved, size] = [0, 0, 0];
  for (const [name, { data }] of trained.weights) {
    const [b, o] = [base.weights.get(name)!.data, other.weights.get(name)!.data];
    data.forEach((value, i) => {
      between += (value - o[i]!) ** 2;
      moved += (value - b[i]!) ** 2;
      size += value ** 2;
    });
  }
  return { ofWeights: Math.sqrt(between / size), ofChange: Math.sqrt(between / moved) };
}

/** Fails unless two policies are the same to a thousandth, and their way from the base to a hundredth. */
async function assertAgree(trained: Policy, other: Policy): Promise<void> {
  const { ofWeights, ofChange } = await distances(trained, other);
  assertLess(ofWeights, 1e-3);
  assertLess(ofChange, 1e-2);
}

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

/** The groups of one batch as the embedded engine takes them, from the lines of `rollouts.jsonl`. */
async function groupsOf(policy: Policy, rows: readonly RolloutRow[], temperature: number) {
  const [end] = policy.prompts.endTokenIds;
  using scorer = new Scorer(policy.config, policy.weights, { temperature, threads: 1 });
  const groups: Group[] = [];
  for (const [index, own] of Map.groupBy(rows, ({ group }) => group)) {
    // Dynamic sampling dropped it.
    if (own.every(({ advantage }) => advantage === null)) continue;
    const { ids: prompt, text } = policy.prompts.encode({ system: "", user: own[0]!.prompt });
    const completions = own.map(({ completion, tokens }, tag) => {
      const written = policy.tokenizer.encode(completion);
      return { tokens: written.length === tokens ? written : [...written, end!], tag };
    });
    const logProbs: number[][] = own.map(() => []);
    for (const batch of pack([{ prompt, completions }], { maxTokens: 4096 })) {
      const found = await scorer.score(batch);
      batch.entries.forEach(({ tag, index }, i) => logProbs[tag]![index] = found[i]!);
    }
    groups.push({
      item: { id: `${index}`, prompt: "", maxTokens: 0, target: "", problem: "", answer: "" },
      ...{ prompt, text },
      rollouts: own.map(({ completion, think, action, formatError, reward }, i) => ({
        completion: {
          tokens: completions[i]!.tokens,
          logProbs: logProbs[i]!,
          // As the job said it: no end token, no line break at its end.
          truncated: formatError === "truncated",
        },
        ...{ text: completion, think, action, formatError },
        judgement: { status: "ok", score: { value: reward!, parts: {} } },
      })),
      rewards: own.map(({ reward }) => reward!),
    });
  }
  return groups;
}

/** Trains the base on what a job sampled, update by update. */
async function replay(
  policy: Policy,
  stage: ResolvedSrl | ResolvedRlvr,
  rows: readonly RolloutRow[],
) {
  const { temperature, updates, updatesPerBatch, weightDecay, maxGradNorm, klCoefficient } = stage;
  using learner = new Learner(policy.config, policy.weights, objectiveOf(stage), {
    ...ADAMW,
    ...{ weightDecay, maxGradNorm, temperature, threads: 1 },
  });
  using reference = klCoefficient > 0
    ? new ReferencePolicy(policy, { temperature, threads: 1 })
    : null;
  const made = [];
  for (let step = 0; step < updates; step += updatesPerBatch) {
    const groups = await groupsOf(policy, rows.filter((row) => row.step === step), temperature);
    const rates = Array.from(
      { length: updatesPerBatch },
      (_, i) =>
        learningRateAt({
          kind: stage.schedule,
          peak: stage.learningRate,
          warmup: stage.warmup,
          updates,
        }, step + i),
    );
    made.push((await updateOnGroups(learner, groups, reference, stage, rates)).metrics);
  }
  return made;
}

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
