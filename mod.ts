/**
 * Stepwise: a reproducible research framework for supervised reinforcement learning.
 *
 * @example
 * ```ts
 * import { experiment, relay, sft, srl } from "@stepwise/stepwise";
 *
 * export default experiment({
 *   name: "first",
 *   question: "Does SRL beat SFT?",
 *   policy: { small: "experiments/checkpoints/relay-base" },
 *   data: relay({ tier: "hard", train: 200 }),
 *   arms: { sft: [sft({ learningRate: 3e-4 })], srl: [srl({ updates: 40, learningRate: 5e-4 })] },
 *   evaluation: { benchmarks: { hard: relay({ tier: "hard" }) } },
 * });
 * ```
 *
 * @module
 */
export * from "./src/benchmarks/mod.ts";
export * from "./src/data/mod.ts";
export * from "./src/experiment/mod.ts";
export * from "./src/inference/mod.ts";
export * from "./src/paper/mod.ts";
export * from "./src/policy/mod.ts";
export * from "./src/results/mod.ts";
export * from "./src/rewards/mod.ts";
export * from "./src/runs/mod.ts";
export * from "./src/verifier/mod.ts";
export { Rng, type StreamLabel } from "./src/random/rng.ts";
export * from "./src/engine/mod.ts";
