/** @file The policies and the sizes of steps that the GPU's bench measures. */
import type { PolicyConfig } from "../../src/policy/config.ts";

const COMMON = {
  ...{ ropeTheta: 10_000, rmsNormEps: 1e-6, ropeScaling: null, qkNorm: false },
  ...{ attentionBias: false, tieWordEmbeddings: true, maxPositions: 2048 },
  ...{ bosTokenId: null, eosTokenIds: [], padTokenId: null },
};

/** Shapes by name: two small ones, SmolLM2-135M's and Qwen2.5-0.5B's. */
export const POLICIES: Readonly<Record<string, PolicyConfig>> = {
  "1m": {
    ...COMMON,
    ...{ vocabSize: 512, hiddenSize: 128, intermediateSize: 384, layers: 4 },
    ...{ heads: 4, kvHeads: 2, headDim: 32 },
  },
  "15m": {
    ...COMMON,
    ...{ vocabSize: 4096, hiddenSize: 384, intermediateSize: 1024, layers: 8 },
    ...{ heads: 6, kvHeads: 6, headDim: 64 },
  },
  "135m": {
    ...COMMON,
    ...{ vocabSize: 49_152, hiddenSize: 576, intermediateSize: 1536, layers: 30 },
    ...{ heads: 9, kvHeads: 3, headDim: 64 },
  },
  "0.5b": {
    ...COMMON,
    ...{ vocabSize: 151_936, hiddenSize: 896, intermediateSize: 4864, layers: 24 },
    ...{ heads: 14, kvHeads: 2, headDim: 64, attentionBias: true, ropeTheta: 1_000_000 },
  },
};

/** What one measurement does, also in `reference.py`. */
export interface Work {
  /** Sequences of a training step. */
  readonly rows: number;
  /** Tokens of each. */
  readonly time: number;
  /** Prompts of a rollout. */
  readonly prompts: number;
  /** Completions of each. */
  readonly samples: number;
  /** Tokens of a prompt. */
  readonly prompt: number;
  /** Tokens of a completion. */
  readonly completion: number;
  /** Side of the square matrices whose product is the ceiling. */
  readonly matmul: number;
  /** Times that each is measured; the median counts. */
  readonly rounds: number;
}

/** For a GPU: 4,096 tokens a step, 64 completions at once. */
export const FULL: Work = {
  ...{ rows: 16, time: 256, prompts: 8, samples: 8, prompt: 64, completion: 128 },
  ...{ matmul: 4096, rounds: 5 },
};

/** To see that all of it runs, on a driver that computes on the processor. */
export const SMALL: Work = {
  ...{ rows: 2, time: 32, prompts: 2, samples: 2, prompt: 8, completion: 8 },
  ...{ matmul: 128, rounds: 1 },
};

/** Operations of a product of such matrices. */
export const matmulOperations = (side: number): number => 2 * side ** 3;
