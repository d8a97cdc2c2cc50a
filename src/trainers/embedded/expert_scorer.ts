/** @file How likely the policy finds the expert's action behind its own thought. */
import { pack } from "../../policy/packing.ts";
import type { Policy } from "../../policy/policy.ts";
import { Scorer, type ScorerOptions } from "../../policy/scorer.ts";

/** A completion with what the expert did instead. */
export interface ExpertQuery {
  /** Ids of the prompt. */
  readonly prompt: readonly number[];
  /** The completion's text up to its action: the monologue with its tags, and the white space behind it. */
  readonly thought: string;
  /** The expert's action, without surrounding white space. */
  readonly target: string;
}

/**
 * Scores the expert's actions with a policy's weights as they are at the time, at temperature 1: a reward should not
 * change with the temperature that rollouts are sampled at.
 */
export class ExpertScorer implements Disposable {
  readonly #policy: Policy;
  readonly #scorer: Scorer;
  readonly #maxTokens: number;

  /** `maxTokens` bounds a micro-batch. */
  constructor(
    policy: Policy,
    maxTokens: number,
    place: Pick<ScorerOptions, "threads" | "resident">,
  ) {
    this.#policy = policy;
    this.#maxTokens = maxTokens;
    this.#scorer = new Scorer(policy.config, policy.weights, { temperature: 1, ...place });
  }

  /**
   * Mean log-probability per token of each target; null where prompt, thought and target do not fit into the policy's context or a
   * micro-batch, or the target has no tokens.
   */
  async score(queries: readonly ExpertQuery[]): Promise<(number | null)[]> {
    const { config, tokenizer } = this.#policy;
    const room = Math.min(config.maxPositions, this.#maxTokens);
    const groups = queries.flatMap(({ prompt, thought, target }, tag) => {
      const before = [...prompt, ...tokenizer.encode(thought)];
      const tokens = tokenizer.encode(target);
      const fits = tokens.length > 0 && before.length + tokens.length <= room;
      return fits ? [{ prompt: before, completions: [{ tokens, tag }] }] : [];
    });
    const sums = queries.map(() => ({ sum: 0, count: 0 }));
    for (const batch of pack(groups, { maxTokens: this.#maxTokens })) {
      const logProbs = await this.#scorer.score(batch);
      batch.entries.forEach(({ tag }, i) => {
        const total = sums[tag]!;
        total.sum += logProbs[i]!;
        total.count++;
      });
    }
    return sums.map(({ sum, count }) => count === 0 ? null : Math.min(0, sum / count));
  }

  /** Releases the compiled graphs. */
  [Symbol.dispose](): void {
    this.#scorer[Symbol.dispose]();
  }
}
