/**
 * @file Dynamic sampling on and off. For real checkpoints and data, import `paper` instead of `miniature`, or declare `policy` and
 * `problems` of your own in their two lines.
 */
import { experiment, rlvr, srl } from "../mod.ts";
import { miniature as setting } from "./settings.ts";

export default experiment({
  name: "dynamic-sampling",
  question: "What do groups without spread cost when they are trained on?",
  policy: setting.policy,
  ...setting.problems,
  arms: {
    srl: [srl(setting.steps)],
    "srl, off": [srl({ ...setting.steps, dynamicSampling: false })],
    rlvr: [rlvr(setting.answers)],
    "rlvr, off": [rlvr({ ...setting.answers, dynamicSampling: false })],
  },
  seeds: [1, 2, 3],
});
