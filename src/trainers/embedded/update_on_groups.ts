/** @file Optimiser updates on one batch of groups. */
import type { Learner } from "../../algorithms/learner.ts";
import { lossWeights } from "../../algorithms/loss_weights.ts";
import { objectiveOf } from "../../algorithms/policy_loss.ts";
import { countClipped, ratiosOf } from "../../algorithms/ratios.ts";
import { segmentsOf } from "../../algorithms/segments.ts";
import type { ResolvedGrpo } from "../../experiment/grpo.ts";
import { pack } from "../../policy/packing.ts";
import type { ReferencePolicy } from "./reference_policy.ts";
import { advantagesOf, type Group } from "./rollout_sampler.ts";

/** What the updates on one batch came to. */
export interface BatchUpdate {
  /** Tokens through forward and backward pass, padding included. */
  readonly trainedTokens: number;
  /** Numbers for `metrics.jsonl`; null where nothing was trained on. */
  readonly metrics: {
    /** Loss of the last update. */
    readonly loss: number | null;
    /** Gradient norm of the last update, before clipping. */
    readonly gradNorm: number | null;
    /** Largest difference between a token's log-probability when sampled and in the first training pass. */
    readonly logProbGap: number | null;
    /** Share of tokens whose ratio (for `gspo` their completion's) lay outside the clip range, in the last update. */
    readonly clipped: number | null;
    /** Divergence from the reference a token, as the loss estimates it, in the last update; without a reference it has no key. */
    readonly kl?: number | null;
  };
}

/**
 * Makes one update for each learning rate. The stage's loss decides what a token weighs; rollouts whose reward failed are
 * left out. A batch without anything to train on changes nothing.
 */
export async function updateOnGroups(
  learner: Learner,
  groups: readonly Group[],
  reference: ReferencePolicy | null,
  stage: ResolvedGrpo,
  learningRates: readonly number[],
): Promise<BatchUpdate> {
  const metrics: { -readonly [K in keyof BatchUpdate["metrics"]]: number | null } = {
    ...{ loss: null, gradNorm: null, logProbGap: null, clipped: null },
    ...(reference ? { kl: null } : {}),
  };
  const batches = pack(
    groups.map((group) => {
      const advantages = advantagesOf(group, stage);
      const completions = group.rollouts.flatMap(({ completion: { tokens, logProbs } }, i) => {
        const advantage = advantages[i]!;
        return advantage === null ? [] : [{ tokens, tag: { logProbs, advantage } }];
      });
      return { prompt: group.prompt, completions };
    }),
    { maxTokens: stage.microBatchTokens },
  );
  if (batches.length === 0) return { trainedTokens: 0, metrics };

  const objective = objectiveOf(stage);
  const count = batches.reduce((n, { labels }) => n + labels.length, 0);
  const completions = groups.reduce((n, { rewards }) => n + rewards.length, 0);
  const weights = lossWeights(stage.loss, batches, { completions, maxTokens: stage.maxTokens });
  const columns: Record<string, Float32Array | Int32Array>[] = [];
  for (const [i, batch] of batches.entries()) {
    const { entries } = batch;
    columns.push({
      weights: weights[i]!,
      segments: segmentsOf(entries),
      advantages: Float32Array.from(entries, ({ tag }) => tag.advantage),
      old: Float32Array.from(entries, ({ tag, index }) => tag.logProbs[index]!),
      ...(reference ? { reference: await reference.score(batch) } : {}),
    });
  }

  let trainedTokens = 0;
  for (const [update, learningRate] of learningRates.entries()) {
    let loss = 0;
    let gap = 0;
    let clipped = 0;
    let divergence = 0;
    for (const [i, batch] of batches.entries()) {
      trainedTokens += batch.rows * batch.time;
      const result = await learner.accumulate(batch, columns[i]!);
      const { reference: expected, old } = columns[i]!;
      const ratios = ratiosOf(objective, result.logProbs, old!, segmentsOf(batch.entries));
      loss += result.loss;
      clipped += countClipped(objective, ratios);
      result.logProbs.forEach((logProb, at) => {
        gap = Math.max(gap, Math.abs(logProb - old![at]!));
        if (expected) {
          const log = expected[at]! - logProb;
          const k3 = Math.exp(log) - log - 1;
          divergence += stage.klEstimator === "unbiased" ? k3 * ratios[at]! : k3;
        }
      });
    }
    metrics.loss = loss;
    if (update === 0) metrics.logProbGap = gap;
    metrics.clipped = clipped / count;
    if (reference) metrics.kl = divergence / count;
    metrics.gradNorm = await learner.step(learningRate);
  }
  return { trainedTokens, metrics };
}
