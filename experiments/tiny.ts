/** @file Every kind of stage on a policy too small to learn much: seconds, to see that all of it works. */
import { experiment, relay, rlvr, sft, srl } from "../mod.ts";

const warm = sft({
  target: "solution",
  updates: 30,
  batch: 16,
  learningRate: 3e-3,
  validateEvery: 15,
});
const few = { groups: 4, rollouts: 4, updates: 3, learningRate: 3e-4, validateEvery: 2 };

export default experiment({
  name: "tiny",
  question: "Does everything run?",
  policy: {
    tiny: {
      init: {
        hidden_size: 32,
        num_hidden_layers: 2,
        num_attention_heads: 2,
        intermediate_size: 64,
        max_position_embeddings: 256,
      },
    },
  },
  data: relay({ tier: "easy", train: 64, validation: 8 }),
  arms: {
    warm: [warm],
    srl: [warm, srl({ ...few, maxTokens: 24 })],
    rlvr: [warm, rlvr({ ...few, maxTokens: 96 })],
  },
  evaluation: { benchmarks: { easy: relay({ tier: "easy", problems: 16 }) }, samples: 2 },
});
