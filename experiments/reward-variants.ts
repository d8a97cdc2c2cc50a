/**
 * @file Five rewards for a step: three similarities, the step itself or nothing, and how likely the expert's step is behind the policy's
 * own thought. For real checkpoints and data, import `paper` instead of `miniature`, or declare `policy` and `problems` of your own in
 * their two lines.
 */
import {
  chrf,
  experiment,
  expertLikelihood,
  gate,
  levenshtein,
  type RewardDeclaration,
  srl,
} from "../mod.ts";
import { miniature as setting } from "./settings.ts";

const rewarded = (reward: RewardDeclaration) => [srl({ ...setting.steps, reward })];

export default experiment({
  name: "reward-variants",
  question: "Does it matter how near a step is to the expert's, or only whether it is the same?",
  policy: setting.policy,
  ...setting.problems,
  arms: {
    similarity: [srl(setting.steps)],
    levenshtein: rewarded(levenshtein()),
    chrf: rewarded(chrf()),
    // Open for equal texts alone: one edit in a thousand characters is 0.999.
    exact: rewarded(gate({ reward: "levenshtein", when: "levenshtein", above: 0.9999 })),
    likelihood: rewarded(expertLikelihood()),
  },
  seeds: [1, 2, 3],
});
