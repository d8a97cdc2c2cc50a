/**
 * @file The method in one run: the same base policy trained on the same few hard problems by SFT, RLVR, SRL, and SRL then
 * RLVR. Minutes on two cores.
 */
import { experiment, relay, rlvr, sft, srl } from "../mod.ts";

const steps = srl({
  updates: 40,
  groups: 32,
  learningRate: 5e-4,
  maxTokens: 48,
  validateEvery: 10,
});
const answers = rlvr({
  updates: 10,
  groups: 16,
  learningRate: 3e-4,
  maxTokens: 200,
  validateEvery: 5,
});

export default experiment({
  name: "quickstart",
  question: "Does a step-wise similarity reward teach what SFT and RLVR cannot?",
  policy: { "0.4m": "experiments/checkpoints/relay-base" },
  data: relay({ tier: "hard", train: 300, validation: 64 }),
  arms: {
    base: [],
    sft: [sft({ learningRate: [1e-4, 3e-4, 1e-3], epochs: 3, batch: 32 })],
    rlvr: [answers],
    srl: [steps],
    "srl → rlvr": [steps, answers],
  },
  seeds: [1, 2],
  evaluation: {
    benchmarks: {
      easy: relay({ tier: "easy", problems: 100 }),
      hard: relay({ tier: "hard", problems: 100 }),
    },
    samples: 8,
  },
});
