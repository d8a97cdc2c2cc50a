import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { groupAdvantages } from "../../../src/algorithms/advantages.ts";
import type { Granularity } from "../../../src/data/granularity/granularity.ts";
import type { PolicyLoss } from "../../../src/algorithms/policy_loss.ts";
import type { SrlOptions } from "../../../src/experiment/srl.ts";
import type { RolloutRow } from "../../../src/results/outcome.ts";
import { DATA, folder, type Ran, runR3, runRlvr, runSrl } from "./runs.ts";

/** Rollouts of the first batch's first round, as texts: what sampling alone decides. */
const firstTexts = ({ rollouts }: Ran) => textsOf(rollouts.filter(({ step }) => step === 0));
const textsOf = (rows: readonly RolloutRow[]) =>
  rows.map(({ instance, completion }) => `${instance} ${completion}`).sort();
const rewards = ({ rollouts }: Ran) => rollouts.map(({ reward }) => reward);

const METRICS = [
  "step",
  "reward",
  "formatErrors",
  "truncated",
  "completionTokens",
  "entropy",
  "rewardErrors",
  "rewardTimeouts",
  "kept",
  "dropped",
  "refills",
  "loss",
  "gradNorm",
  "logProbGap",
  "clipped",
  "learningRate",
  "sampledTokens",
  "trainedTokens",
];

for (const [name, run] of [["srl", runSrl], ["rlvr", runRlvr]] as const) {
  Deno.test(`trainGrpo() runs ${name} end to end, and the same seed writes the same bytes`, async () => {
    const data = { validation: 3 };
    const [first, second, other] = [
      await run({ validateEvery: 1 }, { data }),
      await run({ validateEvery: 1 }, { data }),
      await run({ validateEvery: 1 }, { data, seed: 2 }),
    ];
    assertEquals(first.files, ["checkpoint", "metrics.jsonl", "rollouts.jsonl", "timings.jsonl"]);
    const [row, next, last] = first.metrics;
    assertEquals(Object.keys(row!), [...METRICS, "validation"]);
    assertEquals([next!.step, Object.keys(last!)], [1, ["step", "validation"]]);
    assertEquals([first.timings.length, first.timings[1]!["step"]], [2, 1]);
    assert(first.metrics.slice(0, 2).every(({ logProbGap }) => logProbGap! < 1e-4));
    assert(second.bytes === first.bytes);
    assertEquals(second.weights, first.weights);
    assert(other.bytes !== first.bytes);
    const event = first.events.at(-1)!;
    assert(event.type === "progress");
    assertEquals([event.done, event.total, event.unit], [2, 2, "updates"]);
  });
}

Deno.test("trainGrpo() writes every rollout, with the advantages that it trains on", async () => {
  for (const { rollouts, metrics } of [await runSrl(), await runRlvr()]) {
    const groups = Map.groupBy(rollouts, ({ step, group }) => `${step} ${group}`);
    for (const row of metrics) {
      const kept = [...groups.values()].filter(([r]) => r!.step === row.step);
      assertEquals(kept.length, row["kept"]! + row["dropped"]!);
      const tokens = kept.flat().reduce((sum, r) => sum + r.tokens, 0);
      assertAlmostEquals(row["completionTokens"]!, tokens / kept.flat().length, 1e-9);
    }
    assert(groups.size > 6);
    for (const group of groups.values()) {
      assertEquals(group.map(({ rollout }) => rollout), [0, 1, 2, 3, 4, 5]);
      assertEquals(new Set(group.map(({ prompt, target }) => `${prompt}\0${target}`)).size, 1);
      const advantages = groupAdvantages(group.map(({ reward }) => reward!), 1e-6);
      const alike = new Set(group.map(({ reward }) => reward)).size === 1;
      assertEquals(
        group.map(({ advantage }) => advantage),
        alike ? Array(6).fill(null) : advantages,
      );
    }
  }
});

Deno.test("trainGrpo() gives truncated steps the worst reward", async () => {
  const run = await runSrl({ maxTokens: 12 });
  const cut = run.rollouts.filter(({ formatError }) => formatError === "truncated");
  assert(cut.length > 10);
  for (const { reward, think, action } of cut) {
    assertEquals([reward, think, action], [-1, null, null]);
  }
  assert(run.rollouts.every(({ reward }) => reward! >= -1));
  assert(run.metrics[0]!["truncated"]! > 0);
});

Deno.test("trainGrpo() judges truncated solutions by their answer, as an evaluation does", async () => {
  const run = await runRlvr({ maxTokens: 24 });
  assert(run.metrics[0]!["truncated"]! > 0);
  assert(run.rollouts.every(({ reward, formatError }) => reward! >= 0 && formatError === null));
});

/** A knob, a value that differs from the default, and what shows it. */
type Knob = readonly [string, Partial<SrlOptions>, Partial<SrlOptions>?];

/** These decide what is sampled: the first batch is another one. */
const SAMPLING: Knob[] = [
  ["temperature", { temperature: 0.5 }],
  ["topP", { topP: 0.8 }],
  ["topK", { topK: 2 }],
  ["maxTokens", { maxTokens: 12 }],
  ["groups", { groups: 3 }],
  ["rollouts", { rollouts: 4 }],
  ["targets", { targets: "1..N-1" }],
  ["targets 2..N", { targets: "2..N" }],
];

/** These decide which groups are trained on: the first round is the same, what is kept or refilled is not. */
const SELECTION: Knob[] = [
  ["dynamicSampling false", { dynamicSampling: false }],
  ["dynamicSampling.epsilon", { dynamicSampling: { epsilon: 0.8 } }],
  ["dynamicSampling.maxRefills", { dynamicSampling: { maxRefills: 0 } }],
];

/** These decide how it is learnt from: the first batch is the same, the weights after it are not. */
const LEARNING: Knob[] = [
  ["learningRate", { learningRate: 1e-3 }],
  ["schedule linear", { schedule: "linear" }],
  ["schedule cosine", { schedule: "cosine" }],
  ["schedule within a batch", { schedule: "linear" }, { updatesPerBatch: 2 }],
  ["warmup", { warmup: 0.5 }],
  ["weightDecay", { weightDecay: 0.5 }],
  ["maxGradNorm", { maxGradNorm: 1e-9 }],
  ["advantageEpsilon", { advantageEpsilon: 0.5 }],
  ["updatesPerBatch", { updatesPerBatch: 2 }],
  ["klCoefficient", { klCoefficient: 0.5 }],
  ["klEstimator", { klEstimator: "unbiased" }, { klCoefficient: 0.5, updatesPerBatch: 2 }],
  ["maskTruncated", { maskTruncated: true }, { maxTokens: 12 }],
  ["loss grpo", { loss: "grpo" }],
  ["loss dr_grpo", { loss: "dr_grpo" }],
  // As far as it depends on how the batch is divided.
  ["loss bnpo", { loss: "bnpo" }, { microBatchTokens: 64 }],
  // They are like others until the ratio is not 1.
  ["loss gspo", { loss: "gspo" }, { loss: "grpo", updatesPerBatch: 2 }],
  ["loss cispo", { loss: "cispo" }, { updatesPerBatch: 2 }],
  // The ratio leaves its range only in a later update on a batch.
  ["clip.low", { clip: { low: 0.9 } }, { updates: 4, updatesPerBatch: 4 }],
  ["clip.high", { clip: { high: 9 } }, { updates: 4, updatesPerBatch: 4 }],
  ["clip.low of gspo", { clip: { low: 0.9 } }, { loss: "gspo", updates: 4, updatesPerBatch: 4 }],
  ["clip.high of gspo", { clip: { high: 9 } }, { loss: "gspo", updates: 4, updatesPerBatch: 4 }],
  ["clip.high of cispo", { clip: { high: 1e-4 } }, { loss: "cispo", updatesPerBatch: 2 }],
];

Deno.test("trainGrpo() heeds every knob of sampling", async () => {
  const plain = firstTexts(await runSrl());
  for (const [name, stage] of SAMPLING) {
    assertNotEquals(firstTexts(await runSrl(stage)), plain, name);
  }
  const hot = await runSrl({ topK: 2, topP: 0.999 });
  // Log-probabilities are those of the whole vocabulary, so that the gap stays small.
  assert(hot.metrics.every(({ logProbGap }) => logProbGap === null || logProbGap! < 1e-4));
});

Deno.test("trainGrpo() heeds every knob of dynamic sampling", async () => {
  const plain = await runSrl({ updates: 1 });
  const { kept, dropped, refills } = plain.metrics[0]!;
  assert(dropped! > 0 && refills! > 0 && kept! > 0);
  for (const [name, stage] of SELECTION) {
    const run = await runSrl({ ...stage, updates: 1 });
    const row = run.metrics[0]!;
    assertNotEquals([row["kept"], row["dropped"], row["refills"]], [kept, dropped, refills], name);
    assertNotEquals(run.weights, plain.weights, name);
    if (name.endsWith("false")) {
      assertEquals([row["kept"], row["dropped"], row["refills"]], [4, 0, 0]);
      // A group without spread has no advantage, and weighs in the mean over tokens all the same.
      assert(run.rollouts.some(({ advantage }) => advantage === 0));
    }
    if (name.endsWith("maxRefills")) assertEquals(row["refills"], 0);
    // The first round is the same: 4 groups of 6.
    const both = new Set(firstTexts(plain)).intersection(new Set(firstTexts(run)));
    assert(both.size >= 20, name);
  }
});

Deno.test("trainGrpo() heeds every knob of learning", async () => {
  for (const [name, stage, together = {}] of LEARNING) {
    const plain = await runSrl(together);
    const run = await runSrl({ ...together, ...stage });
    assertEquals(firstTexts(run), firstTexts(plain), name);
    assertNotEquals(run.weights, plain.weights, name);
  }
});

Deno.test("trainGrpo() makes as many updates as it is told, several on a batch where asked", async () => {
  const more = await runSrl({ updates: 4, updatesPerBatch: 2, learningRate: 0.03 });
  assertEquals(more.metrics.map(({ step }) => step), [0, 2]);
  assertEquals(more.timings.length, 4);
  // The ratio has left its range in the second update on a batch; in the only one it cannot.
  assert(more.metrics.some(({ clipped }) => clipped! > 0));
  const plain = await runSrl({ updates: 2, learningRate: 0.03 });
  assert(plain.metrics.every(({ clipped }) => clipped === 0 || clipped === null));
});

Deno.test("trainGrpo() holds on to the first policy with klCoefficient", async () => {
  const moved = async (klCoefficient: number) => {
    const start = await runSrl({ updates: 1, learningRate: 1e-9 });
    const run = await runSrl({
      klCoefficient,
      updates: 12,
      updatesPerBatch: 6,
      learningRate: 0.01,
    });
    return distance(run.numbers, start.numbers);
  };
  const [free, held] = [await moved(0), await moved(5)];
  assert(held < free, `${held} with the penalty, ${free} without`);
});

/** Euclidean distance. */
function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0));
}

Deno.test("trainGrpo() changes by rounding only with microBatchTokens", async () => {
  const [whole, parts] = [await runSrl(), await runSrl({ microBatchTokens: 64 })];
  assertEquals(firstTexts(parts), firstTexts(whole));
  const [a, b] = [whole.metrics[0]!, parts.metrics[0]!];
  for (const key of ["loss", "gradNorm"]) {
    assertAlmostEquals(b[key]!, a[key]!, 1e-5 * Math.max(1, Math.abs(a[key]!)));
  }
  const start = await runSrl({ learningRate: 1e-9 });
  assert(distance(parts.numbers, whole.numbers) < 0.02 * distance(start.numbers, whole.numbers));
});

Deno.test("trainGrpo() of bnpo alone depends on how a batch is divided", async () => {
  const loss = async (loss: PolicyLoss, microBatchTokens: number) =>
    (await runSrl({ loss, microBatchTokens, updates: 1 })).metrics[0]!["loss"]!;
  const [dapo, bnpo] = [await loss("dapo", 4096), await loss("bnpo", 4096)];
  assertAlmostEquals(bnpo, dapo, 1e-6);
  assert(Math.abs(await loss("bnpo", 64) - bnpo) > 1e-3);
  for (const name of ["grpo", "dr_grpo", "gspo", "cispo"] as const) {
    assertAlmostEquals(await loss(name, 64), await loss(name, 4096), 1e-5);
  }
});

Deno.test("trainGrpo() keeps what was cut off out of the loss with maskTruncated, and in its group's mean", async () => {
  const [plain, masked] = [
    await runSrl({ maxTokens: 12, updates: 1 }),
    await runSrl({ maxTokens: 12, updates: 1, maskTruncated: true }),
  ];
  assertEquals(firstTexts(masked), firstTexts(plain));
  const kept = plain.rollouts.filter(({ advantage }) => advantage !== null);
  const rows = masked.rollouts.filter((_, i) => plain.rollouts[i]!.advantage !== null);
  const cut = rows.filter(({ formatError }) => formatError === "truncated");
  assert(cut.length > 0 && cut.length < rows.length);
  rows.forEach(({ formatError, advantage }, i) =>
    assertEquals(advantage, formatError === "truncated" ? null : kept[i]!.advantage)
  );
});

Deno.test("trainGrpo() trains on advantages without deviation with dr_grpo", async () => {
  const { rollouts } = await runSrl({ loss: "dr_grpo", updates: 1 });
  const kept = rollouts.filter(({ advantage }) => advantage !== null);
  assert(kept.length > 0);
  for (const group of Map.groupBy(kept, ({ group }) => group).values()) {
    const mean = group.reduce((sum, { reward }) => sum + reward!, 0) / group.length;
    for (const { reward, advantage } of group) {
      assertAlmostEquals(advantage!, reward! - mean, 1e-12);
    }
  }
});

Deno.test("trainGrpo() heeds the unit of the reward", async () => {
  const [characters, words] = [
    await runSrl(),
    await runSrl({ reward: { kind: "similarity", unit: "word" } }),
  ];
  // Of one word either all or nothing is right.
  assertEquals([...new Set(rewards(words))].sort(), [-1, 0, 1]);
  assert(rewards(characters).some((reward) => reward! > 0 && reward! < 1));
});

Deno.test("trainGrpo() validates as often as it is told, and at the end", async () => {
  const data = { train: 6, validation: 3 };
  const validated = async (validateEvery: number, updatesPerBatch: number) => {
    const { metrics } = await runSrl({ updates: 6, validateEvery, updatesPerBatch }, { data });
    return metrics.filter((row) => "validation" in row).map(({ step }) => step);
  };
  assertEquals(await validated(2, 1), [0, 2, 4, 6]);
  assertEquals(await validated(4, 1), [0, 4, 6]);
  assertEquals(await validated(9, 1), [0, 6]);
  assertEquals(await validated(4, 3), [0, 6]);
  assertEquals(await validated(1, 3), [0, 3, 6]);
  assertEquals(await validated(2, 3), [0, 3, 6]); // due between two batches, made at the next
});

Deno.test("trainGrpo() trains on nothing where no group has spread", async () => {
  // One token is never a whole action: every reward is -1.
  const run = await runSrl({ maxTokens: 2, updates: 1 });
  const [row] = run.metrics;
  assertEquals([row!["kept"], row!["dropped"], row!["refills"]], [0, 16, 3]);
  assertEquals([row!["loss"], row!["gradNorm"], row!["trainedTokens"]], [null, null, 0]);
  const still = await runSrl({ maxTokens: 2, updates: 1, learningRate: 0.9 });
  assertEquals(still.weights, run.weights);
});

Deno.test("trainGrpo() samples endless data in its order", async () => {
  const { rollouts } = await runRlvr({ dynamicSampling: false }, { data: { train: null } });
  const instances = [...new Set(rollouts.map(({ instance }) => instance))];
  assertEquals(
    instances,
    Array.from({ length: 8 }, (_, i) => `relay-easy-train-${DATA.seed}-${i}`),
  );
});

Deno.test("trainGrpo() counts rewards that fail, trains on the others, and fails above the share", async () => {
  const file = `${folder()}/reward.ts`;
  const source = (every: number) =>
    `export default ({ completion }) => {
       if (completion.length % ${every} === 0) throw new Error("unlucky");
       return { value: 1 / completion.length, parts: { length: completion.length } };
     };`;
  const reward = { kind: "module", file, needsFormat: false } as const;
  await Deno.writeTextFile(file, source(5));
  const run = await runSrl({ reward, maxRewardFailures: 0.6 });
  const failed = run.rollouts.filter(({ reward }) => reward === null);
  assert(failed.length > 0 && failed.length < run.rollouts.length);
  assertEquals(run.metrics.reduce((sum, row) => sum + row["rewardErrors"]!, 0), failed.length);
  const notes = run.events.flatMap((event) => event.type === "progress" ? event.note : []);
  assertEquals(
    notes.slice(1).map((note) => Number(/ failed rewards (\d+)$/.exec(note)?.[1] ?? 0)),
    run.metrics.map((row) => row["rewardErrors"]),
  );
  for (const row of run.rollouts) {
    assertEquals(row.completion.length % 5 === 0, row.reward === null);
    if (row.reward === null) {
      assertEquals([row.rewardError, row.advantage, row.parts], ["error: unlucky", null, {}]);
    } else {
      const { length } = row.completion;
      assertEquals([row.rewardError, row.parts], [null, {
        module: 1 / length,
        "module.length": length,
      }]);
    }
  }
  await assertRejects(
    () => runSrl({ reward, maxRewardFailures: 0.01 }),
    Error,
    "rewards failed; expected at most 0.01 of them (maxRewardFailures)",
  );
});

Deno.test("trainGrpo() heeds every granularity, counting tokens as the policy does", async () => {
  const names = async (granularity: Granularity) => {
    const { rollouts } = await runSrl({ granularity });
    return new Set(rollouts.map(({ instance }) => instance.split("#")[1]!));
  };
  const has = (found: ReadonlySet<string>, ...wanted: string[]) =>
    assertEquals(wanted.filter((name) => !found.has(name)), []);
  has(await names("step"), "1", "2");
  has(await names("sentence"), "1.1", "2.1");
  has(await names({ kind: "steps", k: 2 }), "1-2");
  // Three tokens are one action of relay; ten are nearest to three of them.
  has(await names({ kind: "tokens", n: 10 }), "1-3");
  assertEquals(await names("whole"), new Set(["whole"]));
  assertEquals(await names("answer"), new Set(["answer"]));
});

Deno.test("trainGrpo() moves R3's start back as it succeeds, and logs where it starts and what it earns there", async () => {
  const stage = { stages: 3, mix: 0, updates: 4 };
  const moving = await runR3({ ...stage, success: 0 });
  assertEquals(moving.metrics.slice(0, 4).map(({ startStage }) => startStage), [1, 2, 3, 3]);
  assertEquals(moving.metrics[3]!.startShare, 0);
  // Never enough: it stays near the end.
  const still = await runR3({ ...stage, success: 1.5 });
  assertEquals(still.metrics.slice(0, 4).map(({ startStage }) => startStage), [1, 1, 1, 1]);
  for (const { metrics, rollouts } of [moving, still]) {
    for (const { step, startShare, startReward, reward } of metrics.slice(0, 4)) {
      const sampled = rollouts.filter((row) => row.step === step);
      const prompts = new Set(sampled.map(({ prompt }) => prompt.trimEnd().split("\n").length - 1));
      // Prompts show as many steps of the expert's as the metric says.
      assertEquals(startShare === 0, prompts.size === 1 && prompts.has(0));
      assertAlmostEquals(startReward as number, reward as number, 1e-12);
    }
  }
  assert((still.metrics[0]!.startShare as number) > 0.4);
});

Deno.test("trainGrpo() starts R3 from several positions with mix, and logs the reward of the present one apart", async () => {
  const { metrics } = await runR3({ stages: 3, success: 0, mix: 0.5, updates: 6, groups: 8 });
  const late = metrics.slice(2, 6);
  assertEquals(late.map(({ startStage }) => startStage), [3, 3, 3, 3]);
  assert(late.some(({ startShare }) => (startShare as number) > 0));
  assert(late.some(({ startReward, reward }) => startReward !== reward));
});
