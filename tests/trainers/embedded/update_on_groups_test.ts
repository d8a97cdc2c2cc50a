import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { groupAdvantages } from "../../../src/algorithms/advantages.ts";
import { Learner } from "../../../src/algorithms/learner.ts";
import { objectiveOf } from "../../../src/algorithms/policy_loss.ts";
import { rlvr, type RlvrOptions, rlvrSchema } from "../../../src/experiment/rlvr.ts";
import { Generator } from "../../../src/policy/generator.ts";
import type { Policy } from "../../../src/policy/policy.ts";
import { ReferencePolicy } from "../../../src/trainers/embedded/reference_policy.ts";
import { advantagesOf, type Group } from "../../../src/trainers/embedded/rollout_sampler.ts";
import { ADAMW } from "../../../src/trainers/embedded/settings.ts";
import { updateOnGroups } from "../../../src/trainers/embedded/update_on_groups.ts";
import { goldenPolicy, GREEDY, randomIds, streams } from "../../policy/golden.ts";

const REWARDS = [[1, 0, 0, 1], [0.2, 0.9, 0.4, -1]];

/** Two groups that the policy sampled, with made-up rewards. */
async function sampled(policy: Policy): Promise<Group[]> {
  using generator = new Generator(policy.config, policy.weights, { threads: 1, maxRows: 8 });
  const requests = REWARDS.map((_, g) => ({
    prompt: randomIds(4 + 3 * g, 40, "update", g),
    streams: streams(4, "update", g),
    maxTokens: 5 + 4 * g,
  }));
  const completions = await generator.generate(requests, { ...GREEDY, temperature: 1 });
  return REWARDS.map((rewards, g) => ({
    item: { id: `${g}`, prompt: "", target: "", problem: "", answer: "", maxTokens: 9 },
    prompt: requests[g]!.prompt,
    text: "",
    rewards,
    rollouts: completions[g]!.map((completion, i) => ({
      completion,
      text: "",
      think: null,
      action: null,
      formatError: null,
      judgement: { status: "ok", score: { value: rewards[i]!, parts: {} } },
    })),
  }));
}

/** Updates a golden policy on its own samples. */
async function updated(options: Partial<RlvrOptions>, rates: number[], groups?: Group[]) {
  const stage = rlvrSchema.parse(rlvr({ updates: 1, learningRate: 1e-3, ...options }));
  using policy = await goldenPolicy("llama");
  const { klCoefficient, weightDecay, maxGradNorm, temperature } = stage;
  using learner = new Learner(policy.config, policy.weights, objectiveOf(stage), {
    ...ADAMW,
    weightDecay,
    maxGradNorm,
    temperature,
    threads: 1,
  });
  using reference = klCoefficient > 0
    ? new ReferencePolicy(policy, { temperature, threads: 1 })
    : null;
  const batch = groups ?? await sampled(policy);
  return { ...await updateOnGroups(learner, batch, reference, stage, rates), batch };
}

Deno.test("updateOnGroups() weighs every token of the batch alike", async () => {
  const { metrics, batch, trainedTokens } = await updated({}, [1e-3]);
  let [sum, count] = [0, 0];
  for (const { rewards, rollouts } of batch) {
    groupAdvantages(rewards, 1e-6).forEach((advantage, i) => {
      sum += advantage * rollouts[i]!.completion.tokens.length;
      count += rollouts[i]!.completion.tokens.length;
    });
  }
  // Before the first update every ratio is 1, so that the loss is the mean advantage.
  assertAlmostEquals(metrics.loss!, -sum / count, 1e-5);
  assertEquals(metrics.clipped, 0);
  assert(metrics.logProbGap! > 0 && metrics.logProbGap! < 1e-4);
  assert(metrics.gradNorm! > 0 && trainedTokens >= count);
});

Deno.test("updateOnGroups() makes an update for each learning rate, on one batch", async () => {
  const once = await updated({}, [1e-2]);
  const thrice = await updated({ updates: 3, updatesPerBatch: 3 }, [1e-2, 1e-2, 1e-2]);
  assertEquals(thrice.trainedTokens, 3 * once.trainedTokens);
  // The gap is between sampling and the first pass: later ones differ because of the updates.
  assertEquals(thrice.metrics.logProbGap, once.metrics.logProbGap);
  assert(thrice.metrics.loss! < once.metrics.loss!);
  assert(thrice.metrics.clipped! > 0);
  const still = await updated({ updates: 3, updatesPerBatch: 3 }, [0, 0, 0]);
  assertEquals(still.metrics, once.metrics);
});

Deno.test("updateOnGroups() adds nothing for a reference that is the policy itself", async () => {
  const [plain, held] = [await updated({}, [1e-3]), await updated({ klCoefficient: 0.5 }, [1e-3])];
  assertAlmostEquals(held.metrics.loss!, plain.metrics.loss!, 1e-5);
  assertAlmostEquals(held.metrics.gradNorm!, plain.metrics.gradNorm!, 1e-3);
});

Deno.test("updateOnGroups() leaves out rollouts whose reward failed, and their group's baseline", async () => {
  using policy = await goldenPolicy("llama");
  const batch = await sampled(policy);
  const failed = { status: "timeout", message: "late" } as const;
  const [first, ...rest] = batch;
  const rollouts = first!.rollouts.map((rollout, i) =>
    i === 3 ? { ...rollout, judgement: failed } : rollout
  );
  const without = { ...first!, rollouts, rewards: first!.rewards.slice(0, 3) };
  const gone = { ...without, rollouts: rollouts.slice(0, 3) };
  const plain = { advantageEpsilon: 0, maskTruncated: false };
  assertEquals(advantagesOf(without, plain), [...groupAdvantages([1, 0, 0], 0), null]);
  assertEquals(advantagesOf({ ...without, rewards: [], rollouts: [rollouts[3]!] }, plain), [null]);
  const with4 = await updated({}, [1e-3], [without, ...rest]);
  const with3 = await updated({}, [1e-3], [gone, ...rest]);
  assertEquals(with4.metrics, with3.metrics);
});

Deno.test("updateOnGroups() keeps cut-off rollouts out of the loss where they are masked", async () => {
  using policy = await goldenPolicy("llama");
  const cut = (groups: readonly Group[], which: (rollout: number) => boolean) =>
    groups.map((group) => ({
      ...group,
      rollouts: group.rollouts.map((rollout, i) => ({
        ...rollout,
        completion: { ...rollout.completion, truncated: which(i) },
      })),
    }));
  const batch = await sampled(policy);
  const some = cut(batch, (i) => i === 1);
  const expected = (loss: "dapo" | "grpo") => {
    let [sum, tokens, completions] = [0, 0, 0];
    for (const { rewards, rollouts } of some) {
      const advantages = groupAdvantages(rewards, 1e-6);
      completions += rollouts.length;
      rollouts.forEach(({ completion }, i) => {
        if (completion.truncated) return;
        const length = completion.tokens.length;
        sum += loss === "dapo" ? advantages[i]! * length : advantages[i]!;
        tokens += length;
      });
    }
    return -sum / (loss === "dapo" ? tokens : completions);
  };
  for (const loss of ["dapo", "grpo"] as const) {
    const { metrics } = await updated({ loss, maskTruncated: true }, [1e-3], some);
    assertAlmostEquals(metrics.loss!, expected(loss), 1e-5);
    const none = await updated({ loss }, [1e-3], some);
    assertEquals(none.metrics, (await updated({ loss }, [1e-3], cut(batch, () => false))).metrics);
    assert(Math.abs(none.metrics.loss! - metrics.loss!) > 1e-3);
  }
  const all = await updated({ maskTruncated: true }, [1e-3], cut(batch, () => true));
  assertEquals([all.metrics.loss, all.metrics.gradNorm, all.trainedTokens], [null, null, 0]);
});

Deno.test("updateOnGroups() changes nothing without groups", async () => {
  const { metrics, trainedTokens } = await updated({}, [1e-3], []);
  assertEquals(trainedTokens, 0);
  assertEquals(metrics, { loss: null, gradNorm: null, logProbGap: null, clipped: null });
});

Deno.test("updateOnGroups() logs how far the policy is from its reference", async () => {
  const options = { klCoefficient: 0.5, updates: 3, updatesPerBatch: 3 };
  const [first, third] = [
    await updated(options, [1e-2]),
    await updated(options, [1e-2, 1e-2, 1e-2]),
  ];
  // Two passes over the same weights differ in their last bits only.
  assert(first.metrics.kl! >= 0 && first.metrics.kl! < 1e-8);
  assert(third.metrics.kl! > 1e-4);
  const empty = await updated(options, [1e-3], []);
  assertEquals(empty.metrics.kl, null);
  assert(!("kl" in (await updated({}, [1e-3])).metrics));
});
