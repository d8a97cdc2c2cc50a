/** @file From a declaration to a function. No schema is needed here, so that a reward process starts fast. */
import { annealTerm } from "./annealed.ts";
import { answerTerm } from "./answer.ts";
import { bleuTerm } from "./bleu.ts";
import { chrfTerm } from "./chrf.ts";
import { clipTerm } from "./clipped.ts";
import type { ResolvedReward } from "./declaration.ts";
import { embeddingTerm } from "./embedding.ts";
import { expertLikelihoodTerm } from "./expert_likelihood.ts";
import { formatTerm } from "./format_reward.ts";
import { gateTerm } from "./gate.ts";
import { lengthTerm } from "./length_reward.ts";
import { levenshteinTerm } from "./levenshtein.ts";
import { minTerm } from "./min_of.ts";
import { moduleTerm } from "./module_reward.ts";
import { patchTerm } from "./patch.ts";
import type { RewardResources } from "./resources.ts";
import type { RewardFunction } from "./reward.ts";
import { rougeLTerm } from "./rouge_l.ts";
import { similarityTerm } from "./similarity.ts";
import type { Term } from "./term.ts";
import { tokenF1Term } from "./token_f1.ts";
import { toolCallTerm } from "./tool_call.ts";
import { sumTerm } from "./weighted_sum.ts";

/** What an output is worth that is not in the format, unless a `format` is declared. */
export const BROKEN_FORMAT = -1;

/**
 * Compiles a resolved declaration. The paper's rule is applied to the whole: a broken format is worth −1, whatever the
 * terms are worth, where one of them needs an action and none is a `format`.
 *
 * @throws {InputError} where a resource is missing, or a file that the declaration names cannot be used.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const reward = await compileReward({ kind: "format", broken: 0, ok: 1 }, {});
 * assertEquals(reward.range, [0, 1]);
 * ```
 */
export async function compileReward(
  declared: ResolvedReward,
  resources: RewardResources,
): Promise<RewardFunction> {
  const { format, ...term } = await compileTerm(declared, resources);
  const judgesFormat = format !== "free";
  if (format !== "needed") return { ...term, judgesFormat };
  return {
    ...term,
    judgesFormat,
    range: [Math.min(BROKEN_FORMAT, term.range[0]), term.range[1]],
    async score(rollout, instance) {
      const score = await term.score(rollout, instance);
      const broken = rollout.formatError !== null;
      return {
        ...score,
        value: broken ? BROKEN_FORMAT : score.value,
        parts: { ...score.parts, format: broken ? BROKEN_FORMAT : 0 },
      };
    },
  };
}

async function compileTerm(declared: ResolvedReward, resources: RewardResources): Promise<Term> {
  const compile = (inner: ResolvedReward) => compileTerm(inner, resources);
  switch (declared.kind) {
    case "similarity":
      return similarityTerm(declared, resources);
    case "levenshtein":
      return levenshteinTerm();
    case "rouge-l":
      return rougeLTerm(declared);
    case "token-f1":
      return tokenF1Term();
    case "chrf":
      return chrfTerm(declared);
    case "bleu":
      return bleuTerm(declared);
    case "tool-call":
      return toolCallTerm(declared);
    case "patch":
      return patchTerm(declared);
    case "embedding":
      return await embeddingTerm(declared);
    case "answer":
      return answerTerm(declared, resources);
    case "expert-likelihood":
      return expertLikelihoodTerm(declared);
    case "format":
      return formatTerm(declared);
    case "length":
      return lengthTerm(declared, resources);
    case "module":
      return await moduleTerm(declared);
    case "sum": {
      const terms = await Promise.all(declared.of.map(({ reward }) => compile(reward)));
      return sumTerm(declared.of.map(({ weight }) => weight), terms);
    }
    case "gate":
      return gateTerm(
        await compile(declared.reward),
        await compile(declared.when),
        declared.above,
      );
    case "min":
      return minTerm(await Promise.all(declared.of.map(compile)));
    case "clip":
      return clipTerm(await compile(declared.reward), declared.low, declared.high);
    case "anneal": {
      const { from, to, start, end } = declared;
      return annealTerm(await compile(from), await compile(to), start, end);
    }
  }
}
