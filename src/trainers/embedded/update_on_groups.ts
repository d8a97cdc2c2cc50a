/** @file Optimiser updates on one batch of groups. */
import type { Learner } from "../../algorithms/learner.ts";
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
    /** Share of tokens whose ratio lay outside the clip range, in the last update. */
    readonly clipped: number | null;
    /** Divergence from the reference a token, as the loss estimates it, in the last update; without a reference it has no key. */
    readonly kl?: number | null;
  };
}

/**
 * Makes one update for each learning rate. Every token of the batch weighs the same (the token mean, as verl's default);
 * rollouts whose reward failed are left out. A batch without groups changes nothing.
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
  if (groups.length === 0) return { trainedTokens: 0, metrics };

  const batches = pack(
    groups.map((group) => {
      const advantages = advantagesOf(group, stage.advantageEpsilon);
      const completions = group.rollouts.flatMap(({ completion: { tokens, logProbs } }, i) => {
        const advantage = advantages[i]!;
        return advantage === null ? [] : [{ tokens, tag: { logProbs, advantage } }];
      });
      return { prompt: group.prompt, completions };
    }),
    { maxTokens: stage.microBatchTokens },
  );
  const count = batches.reduce((n, { labels }) => n + labels.length, 0);
  const columns: Record<string, Float32Array>[] = [];
  for (const batch of batches) {
    const { entries } = batch;
    columns.push({
      weights: new Float32Array(entries.length).fill(1 / count),
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
      const { reference: expected } = columns[i]!;
      loss += result.loss;
      result.logProbs.forEach((logProb, at) => {
        const difference = logProb - columns[i]!["old"]![at]!;
        gap = Math.max(gap, Math.abs(difference));
        const ratio = Math.exp(difference);
        if (expected) {
          const log = expected[at]! - logProb;
          divergence += Math.exp(log) - log - 1;
        }
        if (ratio < 1 - stage.clip.low || ratio > 1 + stage.clip.high) clipped++;
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
