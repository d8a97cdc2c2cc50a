/** @file Small policies for the tests of this folder. */

import { parameterShapes, type PolicyConfig } from "../../src/policy/config.ts";
import type { RawTensor } from "../../src/policy/safetensors.ts";
import type { TensorReader } from "../../src/policy/weights.ts";
import { buildCharTokenizer } from "../../src/policy/tokenizer/char_tokenizer.ts";
import { Tokenizer } from "../../src/policy/tokenizer/tokenizer.ts";

/** A configuration with every size different, so that no two can be taken for each other. */
export const SMALL: PolicyConfig = {
  vocabSize: 40,
  hiddenSize: 32,
  intermediateSize: 48,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headDim: 16,
  ropeTheta: 5000,
  ropeScaling: null,
  rmsNormEps: 1e-5,
  attentionBias: true,
  qkNorm: false,
  tieWordEmbeddings: false,
  maxPositions: 64,
  bosTokenId: null,
  eosTokenIds: [1, 2],
  padTokenId: 0,
};

/** A tokenizer of 15 tokens. */
export const TOKENIZER: Tokenizer = Tokenizer.of(
  buildCharTokenizer("0123456789\n", ["<pad>", "<eos>", "<think>", "</think>"]),
);

/** Weights that differ everywhere. */
export function tensorsOf(config: PolicyConfig): Map<string, RawTensor> {
  return new Map(
    parameterShapes(config).map(({ name, shape }, at) => {
      const length = shape.reduce((product, axis) => product * axis, 1);
      return [name, {
        shape,
        data: Float32Array.from({ length }, (_, i) => Math.sin(i + 97 * at)),
      }];
    }),
  );
}

/** Reads tensors that are in memory. */
export function reading(tensors: ReadonlyMap<string, RawTensor>): TensorReader {
  return (name) => [tensors.get(name)!.data];
}

/** Runs a test body in a folder of its own. */
export function inFolder(body: (dir: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const dir = await Deno.makeTempDir();
    try {
      await body(dir);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  };
}
