/**
 * @file What the experiments share: where they take place, and the stages that several of them train. An equal declaration is an equal
 * stage, so that each is trained once for all experiments.
 */
import {
  benchmark,
  type ExperimentDeclaration,
  type R3Options,
  relay,
  type RlvrOptions,
  type SftOptions,
  type SrlOptions,
} from "../mod.ts";

/** Policies, problems, and the options of each kind of stage. */
export interface Setting {
  /** The policies by size, ascending. */
  readonly sizes: Readonly<Record<string, string>>;
  /** The one that everything but the comparison of sizes is about. */
  readonly policy: Readonly<Record<string, string>>;
  /** What is trained on, and what is measured. */
  readonly problems: Pick<ExperimentDeclaration, "data" | "evaluation">;
  /** SFT on expert solutions. */
  readonly imitation: SftOptions;
  /** SRL on their steps. */
  readonly steps: SrlOptions;
  /** RLVR on whole problems. */
  readonly answers: RlvrOptions;
  /** R3 on the rest of solutions. */
  readonly rests: R3Options;
}

// Every stage makes 40 updates: for SFT that is four epochs in batches of 32. A rollout of RLVR is a whole solution, some eight
// times as long as a step; with a quarter of the groups it samples a third more tokens than SRL. Micro-batches of 1,024 tokens
// fit the processor's cache. All is as in the quickstart.
const miniatureAnswers: RlvrOptions = {
  updates: 40,
  groups: 8,
  learningRate: 4e-4,
  dynamicSampling: { maxRefills: 1 },
  microBatchTokens: 1024,
  validateEvery: 10,
};

/** The embedded domain: relay problems, and policies trained by `base.ts`. Hours on two cores for all experiments together. */
export const miniature: Setting = {
  sizes: {
    "0.2m": "experiments/checkpoints/relay-0.2m",
    "0.4m": "experiments/checkpoints/relay-base",
    "0.8m": "experiments/checkpoints/relay-0.8m",
  },
  policy: { "0.4m": "experiments/checkpoints/relay-base" },
  problems: {
    data: relay({ tier: "hard", train: 300, validation: 64 }),
    evaluation: {
      benchmarks: {
        easy: relay({ tier: "easy", problems: 50 }),
        hard: relay({ tier: "hard", problems: 100 }),
      },
      samples: 8,
    },
  },
  imitation: {
    learningRate: [1e-4, 3e-4, 1e-3],
    updates: 40,
    batch: 32,
    microBatchTokens: 1024,
    validateEvery: 10,
  },
  steps: {
    updates: 40,
    groups: 32,
    learningRate: 4e-4,
    // Steps are trained one at a time. What the policy does behind its own thoughts, in a whole solution, nothing else holds.
    klCoefficient: 0.02,
    maxTokens: 40,
    microBatchTokens: 1024,
    validateEvery: 10,
  },
  answers: miniatureAnswers,
  // A hard solution has eight steps: each move gives away one less.
  rests: { ...miniatureAnswers, stages: 8 },
};

const published = {
  learningRate: 5e-7,
  maxTokens: 4096,
  microBatchTokens: 8192,
  validateEvery: 10,
};

/**
 * The paper's: Qwen2.5 on s1K-1.1, with its hyper-parameters where they are known (arXiv 2510.25992, section 4). The batches are made
 * for clusters: see the plan (`--plan`) before running it.
 */
export const paper: Setting = {
  sizes: {
    "0.5b": "hf:Qwen/Qwen2.5-0.5B-Instruct",
    "1.5b": "hf:Qwen/Qwen2.5-1.5B-Instruct",
    "3b": "hf:Qwen/Qwen2.5-3B-Instruct",
  },
  policy: { "7b": "hf:Qwen/Qwen2.5-7B-Instruct" },
  problems: {
    data: { hub: "simplescaling/s1K-1.1", mapping: "s1k", validation: 60 },
    evaluation: {
      benchmarks: {
        amc23: benchmark("amc23"),
        aime24: benchmark("aime24"),
        aime25: benchmark("aime25"),
        minerva: benchmark("minerva"),
      },
      samples: 32,
      maxTokens: 4096,
    },
  },
  imitation: { learningRate: 5e-6, epochs: 3, batch: 64, microBatchTokens: 32_768 },
  steps: { ...published, updates: 60, groups: 512, targets: "1..N-1", maxTokens: 1024 },
  answers: { ...published, updates: 60, groups: 128 },
  rests: { ...published, updates: 60, groups: 128 },
};
