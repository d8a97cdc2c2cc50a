/**
 * @file Thoughts that are left alone, made shorter, or made longer. For real checkpoints and data, import `paper` instead of
 * `miniature`, or declare `policy` and `problems` of your own in their two lines; thoughts there are hundreds of words long (`LENGTH`).
 */
import { experiment, lengthReward, similarity, srl, weightedSum } from "../mod.ts";
import { miniature as setting } from "./settings.ts";

/** From no thought to one that is longer than a directed step needs. */
const LENGTH = { of: "think", unit: "char", from: 0, to: 24 } as const;
const weighted = (value: number) =>
  srl({
    ...setting.steps,
    reward: weightedSum([
      { weight: 1, reward: similarity() },
      { weight: 0.3, reward: lengthReward({ ...LENGTH, value }) },
    ]),
  });

export default experiment({
  name: "reasoning-length",
  question: "Does SRL make thoughts longer, and does it matter how long they are?",
  policy: setting.policy,
  ...setting.problems,
  arms: {
    base: [],
    srl: [srl(setting.steps)],
    "srl, shorter": [weighted(-1)],
    "srl, longer": [weighted(1)],
  },
  seeds: [1, 2, 3],
});
