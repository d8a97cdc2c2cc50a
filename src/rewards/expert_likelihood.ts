/** @file How likely the policy finds the expert's action after its own thought. */
import type { Term } from "./term.ts";

/** The choices of `expert-likelihood`. */
export interface ExpertLikelihoodOptions {
  /** `probability` (the default): the geometric mean of the tokens' probabilities. `log`: its logarithm, held above `floor`. */
  readonly scale?: "probability" | "log";
  /** Least value on the scale `log`, below 0. Default −5. */
  readonly floor?: number;
}

/** A declared `expert-likelihood`. */
export interface ExpertLikelihoodDeclaration extends ExpertLikelihoodOptions {
  /** Tells the rewards apart. */
  readonly kind: "expert-likelihood";
}

/** An `expert-likelihood` with every default filled. */
export type ResolvedExpertLikelihood = Required<ExpertLikelihoodDeclaration>;

/**
 * Declares the likelihood of the expert's action behind the policy's own monologue, per token: it rewards thoughts
 * that lead to the expert's step, whatever the policy's own action is. Range 0 to 1, or `floor` to 0 on the scale `log`;
 * a broken format scores the least. Cost: a forward pass of the policy over prompt, monologue and target, made by the trainer.
 * Own definition; verifier-free training uses the same quantity for a reference answer (arXiv 2506.18254, section 2).
 *
 * Example: two tokens of probability 0.5 and 0.125 have a geometric mean of 0.25.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const reward = await makeReward(expertLikelihood());
 * const rollout = { ...splitRollout("<think>6-3</think>n=3"), expertLogProb: Math.log(0.25) };
 * const { value } = await reward.score(rollout, { target: "n=6", problem: "", answer: "" });
 * assertAlmostEquals(value, 0.25, 1e-12);
 * ```
 */
export function expertLikelihood(
  options: ExpertLikelihoodOptions = {},
): ExpertLikelihoodDeclaration {
  return { ...options, kind: "expert-likelihood" };
}

/** Compiles it. */
export function expertLikelihoodTerm({ scale, floor }: ResolvedExpertLikelihood): Term {
  const log = scale === "log";
  return {
    name: "expert-likelihood",
    range: log ? [floor, 0] : [0, 1],
    cost: "a forward pass of the policy over prompt, monologue and target",
    source: "cf. arXiv 2506.18254, section 2",
    needs: { expertLogProb: true },
    format: "needed",
    score({ think, expertLogProb }) {
      if (think === null) {
        const value = log ? floor : 0;
        return { value, parts: { "expert-likelihood": value } };
      }
      if (expertLogProb === undefined) {
        throw new TypeError(
          "expert-likelihood: expected the log-probability of the expert's action, found none: " +
            "it has no tokens, does not fit behind the thought, or was not computed",
        );
      }
      const value = log ? Math.max(floor, expertLogProb) : Math.exp(expertLogProb);
      return { value, parts: { "expert-likelihood": value } };
    },
  };
}
