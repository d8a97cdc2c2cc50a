/**
 * @file The main table: SRL beside what else can be made of the same expert solutions or of their answers. For real checkpoints and
 * data, import `paper` instead of `miniature`, or declare `policy` and `problems` of your own in their two lines.
 */
import { experiment, r3, rlvr, sft, srl } from "../mod.ts";
import { miniature as setting } from "./settings.ts";

const outline = sft(setting.imitation);
const answers = rlvr(setting.answers);
const steps = srl(setting.steps);

export default experiment({
  name: "srl-vs-sft-vs-rlvr",
  question: "Does a step-wise similarity reward teach what imitation and answers cannot?",
  policy: setting.policy,
  ...setting.problems,
  arms: {
    base: [],
    "sft reasoning": [sft({ ...setting.imitation, target: "reasoning" })],
    "sft outline": [outline],
    rlvr: [answers],
    "sft → rlvr": [outline, answers],
    r3: [r3(setting.rests)],
    srl: [steps],
    "srl → rlvr": [steps, answers],
  },
  seeds: [1, 2, 3, 4, 5],
});
