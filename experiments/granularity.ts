/**
 * @file What one action is: the answer alone (RLVR), the whole solution, two steps, one step. For real checkpoints and data, import
 * `paper` instead of `miniature`, or declare `policy` and `problems` of your own in their two lines.
 */
import { experiment, rlvr, srl, steps } from "../mod.ts";
import { miniature as setting } from "./settings.ts";

// Longer actions, fewer of them: a batch samples about as many tokens.
const { groups = 32, maxTokens = 256 } = setting.steps;
const pairs = { granularity: steps(2), groups: groups / 2, maxTokens: 2 * maxTokens };
// Whole solutions are bounded as RLVR's are.
const whole = {
  ...setting.steps,
  ...setting.answers,
  granularity: "whole",
  targets: "1..N",
} as const;

export default experiment({
  name: "granularity",
  question: "How much of a solution should one action be?",
  policy: setting.policy,
  ...setting.problems,
  arms: {
    answer: [rlvr(setting.answers)],
    whole: [srl(whole)],
    "two steps": [srl({ ...setting.steps, ...pairs })],
    step: [srl(setting.steps)],
  },
  seeds: [1, 2, 3],
});
