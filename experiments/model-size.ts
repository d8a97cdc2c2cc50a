/**
 * @file Three sizes of one policy. For real checkpoints and data, import `paper` instead of `miniature`, or declare `policy` and
 * `problems` of your own in their two lines.
 */
import { experiment, rlvr, srl } from "../mod.ts";
import { miniature as setting } from "./settings.ts";

export default experiment({
  name: "model-size",
  question: "Does the size of the policy decide what it can be taught?",
  policy: setting.sizes,
  ...setting.problems,
  arms: {
    base: [],
    rlvr: [rlvr(setting.answers)],
    srl: [srl(setting.steps)],
  },
  seeds: [1, 2, 3],
});
