/** @file Groups of rollouts, sampled and rewarded. */
import type { ResolvedGrpo } from "../../experiment/grpo.ts";
import type { Completion, Generator } from "../../policy/generator.ts";
import type { Policy } from "../../policy/policy.ts";
import type { EncodedPrompt } from "../../policy/prompt_encoder.ts";
import { contextBound, requireRoom } from "../../policy/room.ts";
import { StopCondition } from "../../policy/stopping.ts";
import type { Rng } from "../../random/rng.ts";
import type { RewardOutcome } from "../../rewards/mod.ts";
import type { GrpoItem, GrpoSetting } from "./grpo_items.ts";

/** One completion of a prompt, judged. */
export interface Rollout {
  /** Tokens and their log-probabilities. */
  readonly completion: Completion;
  /** The same as text. */
  readonly text: string;
  /** What it earned, and why. */
  readonly outcome: RewardOutcome;
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
  readonly rollouts: readonly Rollout[];
  /** Their rewards. */
  readonly rewards: readonly number[];
}

/** Samples groups from a policy as it is at the time. */
export class RolloutSampler {
  readonly #policy: Policy;
  readonly #generator: Generator;
  readonly #stage: ResolvedGrpo;
  readonly #setting: GrpoSetting;
  readonly #rng: Rng;
  readonly #stop: StopCondition;
  #sampled = 0;

  /** Every rollout has a random stream that is named by its group's place in the stage and its place in the group. */
  constructor(
    policy: Policy,
    generator: Generator,
    stage: ResolvedGrpo,
    setting: GrpoSetting,
    rng: Rng,
  ) {
    this.#policy = policy;
    this.#generator = generator;
    this.#stage = stage;
    this.#setting = setting;
    this.#rng = rng;
    const { prompts, tokenizer } = policy;
    this.#stop = new StopCondition(prompts.endTokenIds, setting.stops, tokenizer);
  }

  /** The next `count` groups. */
  async sample(count: number): Promise<Group[]> {
    const { temperature, topP, topK, rollouts } = this.#stage;
    const items = this.#setting.source.take(count);
    const prompts = items.map((item) => this.encode(item));
    const requests = items.map((item, at) => {
      const group = this.#sampled++;
      const streams = Array.from(
        { length: rollouts },
        (_, i) => this.#rng.fork("rollout", group, i),
      );
      return { prompt: prompts[at]!.ids, streams, maxTokens: item.maxTokens };
    });
    const options = { temperature, topP, topK, stop: this.#stop };
    const completions = await this.#generator.generate(requests, options);
    return items.map((item, i) => {
      const judged = completions[i]!.map((completion) => this.#judge(item, completion));
      const rewards = judged.map(({ outcome }) => outcome.reward);
      const { ids, text } = prompts[i]!;
      return { item, prompt: ids, text, rollouts: judged, rewards };
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

  #judge({ target }: GrpoItem, completion: Completion): Rollout {
    const text = this.#policy.decodeCompletion(completion.tokens);
    const outcome = this.#setting.reward({ completion: text, target });
    const reward = this.#setting.truncated;
    if (!completion.truncated || reward === null) return { completion, text, outcome };
    const cut = {
      think: null,
      action: null,
      formatError: "truncated",
      parts: { truncated: reward },
    };
    return { completion, text, outcome: { reward, ...cut } };
  }
}
