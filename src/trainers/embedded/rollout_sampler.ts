/** @file Groups of rollouts, sampled and rewarded. */
import { groupAdvantages } from "../../algorithms/advantages.ts";
import type { SourcePosition } from "../../algorithms/source.ts";
import type { ResolvedGrpo } from "../../experiment/grpo.ts";
import type { Generator } from "../../policy/generator.ts";
import type { Completion } from "../../policy/row.ts";
import type { Policy } from "../../policy/policy.ts";
import type { EncodedPrompt } from "../../policy/prompt_encoder.ts";
import { contextBound, requireRoom } from "../../policy/room.ts";
import type { ScorerOptions } from "../../policy/scorer.ts";
import { StopCondition } from "../../policy/stopping.ts";
import type { Rng } from "../../random/rng.ts";
import { beforeAction } from "../../rewards/format.ts";
import type { RewardPool } from "../../rewards/pool.ts";
import type { Judgement } from "../../rewards/protocol.ts";
import { readCompletion, shownOf } from "../../rewards/read_completion.ts";
import type { Rollout } from "../../rewards/reward.ts";
import { ExpertScorer } from "./expert_scorer.ts";
import type { GrpoItem, GrpoSetting } from "./grpo_items.ts";

/** One completion of a prompt, judged. */
export interface JudgedRollout {
  /** Tokens and their log-probabilities. */
  readonly completion: Completion;
  /** The same as text. */
  readonly text: string;
  /** The monologue; null where the format is broken, or the reward does not look at it. */
  readonly think: string | null;
  /** The text that was judged; null where none was found. */
  readonly action: string | null;
  /** Code of the format's fault; null where there is none, or the reward does not look at the format. */
  readonly formatError: string | null;
  /** What it earned and why, or why that is not known. */
  readonly judgement: Judgement;
}

/** All rollouts of one prompt. */
export interface Group {
  /** The prompt. */
  readonly item: GrpoItem;
  /** The prompt's ids. */
  readonly prompt: readonly number[];
  /** The prompt as the policy reads it. */
  readonly text: string;
  /** Its rollouts. */
  readonly rollouts: readonly JudgedRollout[];
  /** The rewards of those that have one, in order. */
  readonly rewards: readonly number[];
}

/**
 * Advantages of a group's rollouts; null for one that is not trained on: one whose reward failed, which is no part of the
 * baseline either, and one that was cut off where those are masked, which is.
 */
export function advantagesOf(
  { rollouts, rewards }: Group,
  { advantageEpsilon, maskTruncated }: Pick<ResolvedGrpo, "advantageEpsilon" | "maskTruncated">,
): (number | null)[] {
  const advantages = rewards.length === 0 ? [] : groupAdvantages(rewards, advantageEpsilon);
  let at = 0;
  return rollouts.map(({ judgement, completion }) => {
    const advantage = judgement.status === "ok" ? advantages[at++]! : null;
    return maskTruncated && completion.truncated ? null : advantage;
  });
}

/** How far a sampler has come; its random streams follow from it. */
export interface SamplerPosition {
  /** Groups sampled. */
  readonly groups: number;
  /** Prompts taken. */
  readonly source: SourcePosition;
}

/** Samples groups from a policy as it is at the time. */
export class RolloutSampler implements Disposable {
  readonly #policy: Policy;
  readonly #generator: Generator;
  readonly #stage: ResolvedGrpo;
  readonly #setting: GrpoSetting;
  readonly #rewards: RewardPool;
  readonly #rng: Rng;
  readonly #stop: StopCondition;
  readonly #expert: ExpertScorer | null;
  #sampled = 0;

  /**
   * Every rollout has a random stream that is named by its group's place in the stage and its place in the group. The
   * pool stays the caller's.
   */
  constructor(
    policy: Policy,
    generator: Generator,
    stage: ResolvedGrpo,
    setting: GrpoSetting,
    rewards: RewardPool,
    rng: Rng,
    place: Pick<ScorerOptions, "threads" | "resident">,
  ) {
    this.#policy = policy;
    this.#generator = generator;
    this.#stage = stage;
    this.#setting = setting;
    this.#rewards = rewards;
    this.#rng = rng;
    const { prompts, tokenizer } = policy;
    this.#stop = new StopCondition(prompts.endTokenIds, setting.stops, tokenizer);
    this.#expert = rewards.traits.needs.expertLogProb
      ? new ExpertScorer(policy, stage.microBatchTokens, place)
      : null;
  }

  /** How far it has come. */
  get position(): SamplerPosition {
    return { groups: this.#sampled, source: this.#setting.source.position };
  }

  /** Goes on where another sampler of the same stage was. */
  moveTo({ groups, source }: SamplerPosition): void {
    this.#sampled = groups;
    this.#setting.source.moveTo(source);
  }

  /** The next `count` groups, after `update` optimiser updates. */
  async sample(count: number, update: number): Promise<Group[]> {
    const { temperature, topP, topK, rollouts } = this.#stage;
    const items = this.#setting.source.take(count);
    const prompts = items.map((item) => this.encode(item));
    const requests = items.map((item, at) => {
      const group = this.#sampled++;
      const streams = Array.from(
        { length: rollouts },
        (_, i) => this.#rng.fork("rollout", group, i),
      );
      const { maxTokens, stopAfter = 1 } = item;
      return { prompt: prompts[at]!.ids, streams, maxTokens, stopAfter };
    });
    const options = { temperature, topP, topK, stop: this.#stop };
    const completions = await this.#generator.generate(requests, options);
    const judged = await this.#judge(
      items.flatMap((item, i) =>
        completions[i]!.map((completion) => ({ item, prompt: requests[i]!.prompt, completion }))
      ),
      update,
    );
    return items.map((item, i) => {
      const own = judged.slice(i * rollouts, (i + 1) * rollouts);
      const rewards = own.flatMap(({ judgement }) =>
        judgement.status === "ok" ? [judgement.score.value] : []
      );
      const { ids, text } = prompts[i]!;
      return { item, prompt: ids, text, rollouts: own, rewards };
    });
  }

  /**
   * An item's prompt as the policy reads it.
   *
   * @throws {InputError} where it and its longest completion do not fit into the policy's context or a micro-batch.
   */
  encode({ id, prompt, maxTokens }: GrpoItem): EncodedPrompt {
    const asked = { system: this.#setting.system, user: prompt };
    const encoded = this.#policy.prompts.encode(asked);
    requireRoom({ id, prompt: encoded.ids.length, more: maxTokens, what: "maxTokens" }, [
      contextBound(this.#policy.config),
      { name: "microBatchTokens", tokens: this.#stage.microBatchTokens },
    ]);
    return encoded;
  }

  /** Releases what scores the expert's actions. */
  [Symbol.dispose](): void {
    this.#expert?.[Symbol.dispose]();
  }

  async #judge(written: readonly Written[], update: number): Promise<JudgedRollout[]> {
    const split = written.map(({ completion }): Rollout => {
      const text = this.#policy.decodeCompletion(completion.tokens);
      return { ...readCompletion(text, completion.truncated, this.#setting), update };
    });
    const known = await this.#expertLogProbs(written, split);
    const judgements = await this.#rewards.score(split.map((rollout, i) => {
      const { target, problem, answer } = written[i]!.item;
      const expertLogProb = known[i] ?? null;
      return {
        rollout: expertLogProb === null ? rollout : { ...rollout, expertLogProb },
        instance: { target, problem, answer },
      };
    }));
    return written.map(({ completion }, i) => {
      const judgement = judgements[i]!;
      const shown = shownOf(split[i]!, judgement, this.#rewards.traits);
      return { completion, text: split[i]!.completion, ...shown, judgement };
    });
  }

  /** For each rollout the mean log-probability of the expert's action; null where there is none, empty where nobody asks. */
  async #expertLogProbs(
    written: readonly Written[],
    split: readonly Rollout[],
  ): Promise<readonly (number | null)[]> {
    if (this.#expert === null) return [];
    const whole = written.flatMap(({ item, prompt }, index) => {
      const { completion, action } = split[index]!;
      return action === null
        ? []
        : [{ index, prompt, thought: beforeAction(completion), target: item.target.trim() }];
    });
    const scores = await this.#expert.score(whole);
    const all: (number | null)[] = written.map(() => null);
    whole.forEach(({ index }, i) => all[index] = scores[i]!);
    return all;
  }
}

/** A completion with what it continues. */
interface Written {
  readonly item: GrpoItem;
  readonly prompt: readonly number[];
  readonly completion: Completion;
}
