/**
 * @file Trains the base policies of the relay experiments from random weights, three sizes by one recipe. They are competent on
 * easy problems and undirected on all: they think before each step, but mostly compute whatever can be computed. The committed
 * checkpoints `experiments/checkpoints/relay-*` came from this file.
 */
import { experiment, relay, sft } from "../mod.ts";

/** A decoder of four layers with heads of 32; its feed-forward layers are 8/3 as wide as it is. */
const shape = (hidden_size: number, intermediate_size: number) => ({
  init: {
    hidden_size,
    num_hidden_layers: 4,
    num_attention_heads: hidden_size / 32,
    intermediate_size,
    max_position_embeddings: 512,
    initializer_range: 0.05,
  },
});

export default experiment({
  name: "base",
  question: "Is the base policy competent on easy problems and lost on hard ones?",
  policy: {
    "0.2m": shape(64, 172),
    "0.4m": shape(96, 256),
    "0.8m": shape(128, 344),
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
