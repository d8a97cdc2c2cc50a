/**
 * @file The title of the step asked for, in the prompt or not; of a relay problem it is the variable to compute. Whole problems are
 * measured without titles. For real checkpoints and data, import `paper` instead of `miniature`, or declare `policy` and `problems` of
 * your own in their two lines.
 */
import { experiment, srl } from "../mod.ts";
import { miniature as setting } from "./settings.ts";

export default experiment({
  name: "title-in-context",
  question: "Does it help to give away what the next step is about?",
  policy: setting.policy,
  ...setting.problems,
  arms: {
    base: [],
    "srl, title": [srl({ ...setting.steps, nextTitle: true })],
    srl: [srl(setting.steps)],
  },
  seeds: [1, 2, 3],
});
