/** @file GRPO with dynamic sampling: the loop that SRL, RLVR and R3 share. */
import type { CurriculumState } from "../../algorithms/reverse_curriculum.ts";
import { sampleGroups } from "../../algorithms/dynamic_sampling.ts";
import { Learner, type LearnerState, scaleOf } from "../../algorithms/learner.ts";
import { objectiveOf } from "../../algorithms/policy_loss.ts";
import type { TrainingTasks } from "../../domains/load_tasks.ts";
import { openGpu } from "../../engine/gpu.ts";
import { learningRateAt } from "../../engine/optim/schedule.ts";
import type { ResolvedGrpo } from "../../experiment/grpo.ts";
import type { ResolvedPractice } from "../../experiment/stages.ts";
import { Generator } from "../../policy/generator.ts";
import type { Policy } from "../../policy/policy.ts";
import { Rng } from "../../random/rng.ts";
import { AnswerVerifier } from "../../rewards/answer_verifier.ts";
import { RewardPool } from "../../rewards/pool.ts";
import type { RolloutRow } from "../../results/outcome.ts";
import type { StageContext } from "../../runs/stage.ts";
import { BestCheckpoint, type BestState } from "./best_checkpoint.ts";
import { type GrpoItem, grpoSetting } from "./grpo_items.ts";
import { Progress } from "./progress.ts";
import { ReferencePolicy } from "./reference_policy.ts";
import { type FailureCounts, RewardFailures } from "./reward_failures.ts";
import {
  advantagesOf,
  type Group,
  RolloutSampler,
  type SamplerPosition,
} from "./rollout_sampler.ts";
import { Saver } from "./saver.ts";
import { ADAMW, MAX_ROWS } from "./settings.ts";
import { numbersOf, tensorsOf, withPrefix } from "./tensors.ts";
import { updateOnGroups } from "./update_on_groups.ts";
import { validate } from "./validate.ts";

/** Where the loop is between two batches, beside the tensors. */
interface GrpoState {
  readonly step: number;
  readonly learner: LearnerState;
  readonly sampler: SamplerPosition;
  /** Absent where no curriculum moves. */
  readonly curriculum?: CurriculumState;
  readonly failures: FailureCounts;
  readonly best: BestState;
  readonly sampledTokens: number;
  readonly trainedTokens: number;
}

/**
 * Trains the policy in place; writes `metrics.jsonl` and `rollouts.jsonl`. Goes on where an earlier process was that saved its state in
 * the same folder.
 *
 * @param items The prompts to sample from; null for all of the stage's.
 */
export async function trainGrpo(
  policy: Policy,
  stage: ResolvedPractice,
  tasks: TrainingTasks,
  context: StageContext,
  items: readonly GrpoItem[] | null = null,
): Promise<void> {
  const { threads, seed } = context;
  const { config, weights } = policy;
  const { weightDecay, maxGradNorm, temperature, updates, updatesPerBatch } = stage;
  const rng = new Rng(stage.kind, seed);
  using saver = await Saver.open<GrpoState>(context);
  using device = stage.device === "gpu" ? openGpu() : null;
  if (device) {
    context.report({ type: "log", message: `on a GPU through ${device.provider}` });
  }
  using learner = new Learner(
    config,
    weights,
    objectiveOf(stage),
    {
      ...ADAMW,
      ...{ weightDecay, maxGradNorm, threads, temperature },
      recompute: stage.recompute ?? false,
      precision: stage.precision ?? "float32",
      ...(device ? { device } : {}),
    },
    policy.adapter,
  );
  const place = learner.resident ? { resident: learner.resident } : {};
  policy.holdAt(learner);
  using generator = new Generator(config, weights, { threads, maxRows: MAX_ROWS, ...place });
  using reference = stage.klCoefficient > 0
    ? new ReferencePolicy(policy, { temperature, threads, ...place })
    : null;
  const metrics = saver.lines("metrics.jsonl");
  const rollouts = saver.lines("rollouts.jsonl");
  const timings = saver.lines("timings.jsonl");
  const progress = new Progress(context, timings, updates, "updates", saver.step);
  const countTokens = (text: string) => policy.tokenizer.encode(text).length;
  const { thinking } = policy.prompts;
  const setting = grpoSetting(stage, tasks, rng, { thinking, items, countTokens });
  const { curriculum } = setting;
  using rewards = await RewardPool.start(stage.reward, {
    resources: { tokenizer: policy.tokenizer.files, verifier: tasks.format.verifier },
    workers: threads,
  });
  using sampler = new RolloutSampler(policy, generator, stage, setting, rewards, rng, {
    threads,
    ...place,
  });
  const { state: from, tensors: saved } = saver.saved ?? {};
  const failures = new RewardFailures(stage.maxRewardFailures, from?.failures);
  // What does not fit is told now, and not when its turn comes; prompts that were handed in are known to.
  if (items === null) { for (const item of setting.items ?? []) sampler.encode(item); }
  const best = new BestCheckpoint(policy);
  const held = tasks.validation;
  using verifier = held.length > 0
    ? await AnswerVerifier.start(tasks.format.verifier, { workers: threads })
    : null;
  // Behind the reference, which is what the stage started from.
  if (from && saved) {
    policy.setWeights(withPrefix("trained/", saved));
    learner.restore(from.learner, withPrefix("moment/", saved));
    sampler.moveTo(from.sampler);
    if (from.curriculum) curriculum?.moveTo(from.curriculum);
    best.resume(from.best, saved);
  }
  let sampledTokens = from?.sampledTokens ?? 0;
  let trainedTokens = from?.trainedTokens ?? 0;

  for (let step = from?.step ?? 0; step <= updates; step += updatesPerBatch) {
    await saver.boundary(step, () => ({
      state: {
        step,
        learner: learner.state,
        sampler: sampler.position,
        ...(curriculum ? { curriculum: curriculum.state } : {}),
        failures: failures.counts,
        best: best.state,
        ...{ sampledTokens, trainedTokens },
      },
      tensors: new Map([
        ...tensorsOf("trained/", numbersOf(policy.trained)),
        ...tensorsOf("moment/", numbersOf(learner.moments)),
        ...best.tensors,
      ]),
    }));
    const due = step % stage.validateEvery < updatesPerBatch || step === updates;
    const validated = verifier && due
      ? await validate(policy, generator, tasks.format, held, verifier)
      : null;
    // The policy that the stage starts from is measured, but is no result of the stage.
    if (validated && step > 0) best.offer(step, [validated.validation]);
    if (step === updates) {
      if (validated) metrics.write({ step, ...validated });
      break;
    }

    const { dynamicSampling } = stage;
    const { kept, dropped, refills } = await sampleGroups({
      groups: stage.groups,
      epsilon: dynamicSampling ? dynamicSampling.epsilon : null,
      maxRefills: dynamicSampling ? dynamicSampling.maxRefills : 0,
    }, (count) => sampler.sample(count, step));
    rollouts.write(...rolloutRows(step, kept, dropped, stage));
    const failed = failures.count(
      [...kept, ...dropped].flatMap((group) => group.rollouts.map(({ judgement }) => judgement)),
    );

    const starts = curriculum ? describeStarts([...kept, ...dropped], curriculum.state) : {};
    curriculum?.observe(
      [...kept, ...dropped].map(({ item, rewards }) => ({ stage: item.stage!, rewards })),
    );

    const learningRates = Array.from({ length: updatesPerBatch }, (_, i) =>
      learningRateAt(
        { kind: stage.schedule, peak: stage.learningRate, warmup: stage.warmup, updates },
        step + i,
      ));
    if (kept.length > 0) generator.release(); // the update needs the memory, and makes it stale
    const updated = await updateOnGroups(learner, kept, reference, stage, learningRates);
    const sampled = describe([...kept, ...dropped]);
    sampledTokens += sampled.tokens;
    trainedTokens += updated.trainedTokens;
    metrics.write({
      step,
      ...sampled.metrics,
      ...starts,
      ...failed,
      kept: kept.length,
      dropped: dropped.length,
      refills,
      ...updated.metrics,
      learningRate: learningRates[0]!,
      ...scaleOf(learner),
      sampledTokens,
      trainedTokens,
      ...validated,
    });
    const note =
      `reward ${sampled.metrics.reward?.toFixed(2) ?? "none"} kept ${kept.length}/${
        kept.length + dropped.length
      }` +
      (failed.rewardErrors + failed.rewardTimeouts === 0
        ? ""
        : ` failed rewards ${failed.rewardErrors + failed.rewardTimeouts}`) +
      (best.score[0] === undefined ? "" : ` best ${(100 * best.score[0]).toFixed(1)} %`);
    for (let i = 0; i < updatesPerBatch; i++) progress.advance(note);
  }
  failures.finish();
  policy.holdAt(null);
  if (held.length > 0) best.restore();
}

/** What the rollouts of one batch are like, dropped groups included: what training keeps is no fair sample. */
function describe(groups: readonly Group[]) {
  const all = groups.flatMap(({ rollouts }) => rollouts);
  const rewards = groups.flatMap((group) => group.rewards);
  const mean = (of: (rollout: typeof all[number]) => number) =>
    all.reduce((sum, rollout) => sum + of(rollout), 0) / all.length;
  const tokens = all.reduce((sum, { completion }) => sum + completion.tokens.length, 0);
  const logProb = all.reduce(
    (sum, { completion }) => completion.logProbs.reduce((a, b) => a + b, sum),
    0,
  );
  return {
    tokens,
    metrics: {
      // Of those that have one; null where none has.
      reward: rewards.length === 0 ? null : rewards.reduce((a, b) => a + b, 0) / rewards.length,
      formatErrors: mean(({ formatError }) => Number(formatError !== null)),
      truncated: mean(({ completion }) => Number(completion.truncated)),
      completionTokens: tokens / all.length,
      // The mean surprise of sampled tokens estimates the policy's entropy per token (with top-p or top-k, too low).
      entropy: -logProb / tokens,
    },
  };
}

/** Where a curriculum's prompts of one batch start. */
function describeStarts(groups: readonly Group[], { stage }: CurriculumState) {
  const given = groups.map(({ item: { rest } }) => 1 - rest!.left / rest!.steps);
  const rewards = groups.flatMap((group) => group.item.stage === stage ? group.rewards : []);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    /** The present start position, from 1: near the end. */
    startStage: stage,
    /** Mean share (0 to 1) of the expert's steps that the prompts give away; 0 for whole problems. */
    startShare: mean(given),
    /** Mean reward of the rollouts from the present position; null where none has one. */
    startReward: rewards.length === 0 ? null : mean(rewards),
  };
}

function rolloutRows(
  step: number,
  kept: readonly Group[],
  dropped: readonly Group[],
  stage: ResolvedGrpo,
): RolloutRow[] {
  return [...kept, ...dropped].flatMap((group, index) => {
    const advantages = index < kept.length ? advantagesOf(group, stage) : null;
    const { item: { id, target }, text: prompt } = group;
    return group.rollouts.map(({ text, completion, judgement, ...seen }, rollout): RolloutRow => ({
      step,
      group: index,
      rollout,
      instance: id,
      prompt,
      target,
      completion: text,
      ...seen,
      reward: judgement.status === "ok" ? judgement.score.value : null,
      rewardError: judgement.status === "ok" ? null : `${judgement.status}: ${judgement.message}`,
      parts: judgement.status === "ok" ? judgement.score.parts : {},
      advantage: advantages?.[rollout] ?? null,
      tokens: completion.tokens.length,
    }));
  });
}
