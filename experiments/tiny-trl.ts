/** @file Every kind of stage on Hugging Face TRL, with two processes: minutes, most of them imports of Python packages. */
import { experiment, relay, rlvr, sft, srl, trl } from "../mod.ts";

const warm = sft({
  target: "solution",
  updates: 20,
  batch: 16,
  learningRate: 3e-3,
  validateEvery: 10,
});
const few = { groups: 4, rollouts: 4, updates: 3, learningRate: 3e-4, validateEvery: 2 };

export default experiment({
  name: "tiny-trl",
  question: "Does everything run on TRL?",
  engine: trl({ processes: 2 }),
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
