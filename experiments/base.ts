/**
 * @file Trains the base policy of the relay experiments from random weights. It is competent on easy problems and
 * undirected on all: it thinks before each step, but mostly computes whatever can be computed. The committed checkpoint
 * `experiments/checkpoints/relay-base` came from this file.
 */
import { experiment, relay, sft } from "../mod.ts";

export default experiment({
  name: "base",
  question: "Is the base policy competent on easy problems and lost on hard ones?",
  policy: {
    base: {
      init: {
        hidden_size: 96,
        num_hidden_layers: 4,
        num_attention_heads: 3,
        intermediate_size: 256,
        max_position_embeddings: 512,
        initializer_range: 0.05,
      },
    },
  },
  data: relay({ tier: "base" }),
  arms: {
    base: [
      sft({
        target: "solution",
        updates: 6000,
        batch: 12,
        microBatchTokens: 1024,
        learningRate: 2e-3,
        warmup: 0.02,
        weightDecay: 0.01,
        validateEvery: 250,
      }),
    ],
  },
  evaluation: {
    benchmarks: {
      easy: relay({ tier: "easy", problems: 200 }),
      medium: relay({ tier: "medium", problems: 200 }),
      hard: relay({ tier: "hard", problems: 200 }),
    },
  },
});
