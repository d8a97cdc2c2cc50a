/** @file How much of each GPU's memory a distributed stage takes, with the arithmetic shown. */
import { sizeOf } from "../../../engine/shape.ts";
import type { PolicyConfig } from "../../../policy/config.ts";
import { parameterLayout } from "../../../policy/weights.ts";

/** A stage on GPUs that share a policy. */
export interface GpuDemand {
  /** Shape of the policy. */
  readonly config: PolicyConfig;
  /** GPUs that share it. */
  readonly gpus: number;
  /** Bytes of a number that passes compute with: 2 for bfloat16, 4 for float32. */
  readonly computed: 2 | 4;
  /** Most tokens in one forward and backward pass. */
  readonly microBatchTokens: number;
  /** Whether activations are computed anew in the backward pass. */
  readonly recompute: boolean;
  /** How the policy samples; null for SFT. */
  readonly sampling: {
    /** GPUs that share one copy of it. */
    readonly tensorParallel: number;
    /** Share of a GPU's memory that the sampler takes, its weights included. */
    readonly share: number;
    /** Most tokens of a prompt with its completion. */
    readonly longest: number;
  } | null;
}

/** A line of the arithmetic. */
export interface GpuNeed {
  /** What takes the memory. */
  readonly what: string;
  /** How many bytes of each GPU's. */
  readonly bytes: number;
  /** The arithmetic. */
  readonly how: string;
}

/** What each GPU holds while the policy is trained, and while it samples. */
export interface GpuMemory {
  /** Weights of the policy. */
  readonly parameters: number;
  /** While it is trained. */
  readonly training: readonly GpuNeed[];
  /** While it samples, but for what training keeps; empty for SFT. */
  readonly sampling: readonly GpuNeed[];
  /** Sequences of the longest kind that one copy samples at once; null for SFT. */
  readonly sequences: number | null;
}

/** Weights of a policy. */
export function parametersOf(config: PolicyConfig): number {
  return parameterLayout(config).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

const billions = (count: number) => `${(count / 1e9).toFixed(2)} B`;
const whole = (count: number) => Math.round(count).toLocaleString("en");

/** Bytes that a token's keys and values take in all layers, in 16 bits. */
export function kvBytes({ layers, kvHeads, headDim }: PolicyConfig): number {
  return 2 * layers * kvHeads * headDim * 2;
}

/**
 * The memory of each GPU, counted: float32 weights, gradients and moments shared by all (FSDP2 or ZeRO-3), one layer gathered at a time,
 * activations and logits of one micro-batch. Kernels, fragments and buffers of communication are not counted: leave a tenth free.
 *
 * @param memory Bytes of a GPU's memory.
 */
export function gpuMemory(demand: GpuDemand, memory: number): GpuMemory {
  const { config, gpus, computed, microBatchTokens: tokens, recompute, sampling } = demand;
  const { layers, hiddenSize: h, intermediateSize: i, heads, kvHeads, headDim, vocabSize } = config;
  const parameters = parametersOf(config);
  const shared = (what: string, bytes: number): GpuNeed => ({
    what,
    bytes: bytes * parameters / gpus,
    how: `${billions(parameters)} × ${bytes} B / ${gpus} GPUs`,
  });
  // Weights that a layer, or the embedding with the head, is made of.
  const layer = 2 * h * heads * headDim + 2 * h * kvHeads * headDim + 3 * h * i;
  const gathered = 2 * computed *
    Math.max(layer, vocabSize * h * (config.tieWordEmbeddings ? 1 : 2));
  // What attention and MLP of a layer keep for their backward pass; the two norms work on float32 copies.
  const kept = computed * (4 * h + 2 * kvHeads * headDim + heads * headDim + 3 * i) + 8 * h;
  const activations = recompute ? layers * computed * h + kept : layers * kept;
  const training: GpuNeed[] = [
    shared("weights", 4),
    shared("gradients", 4),
    shared("AdamW's moments", 8),
    {
      what: "gathered weights",
      bytes: gathered,
      how: "the largest of layer and embeddings, and the next one",
    },
    {
      what: "activations",
      bytes: tokens * activations,
      how: recompute
        ? `${whole(tokens)} tokens × (${layers} × ${whole(computed * h)} B + one layer's ${
          whole(kept)
        } B)`
        : `${whole(tokens)} tokens × ${layers} layers × ${whole(kept)} B`,
    },
    {
      what: "logits",
      // In the precision of the pass, and a float32 copy with its gradient.
      bytes: tokens * vocabSize * (computed + 8),
      how: `${whole(tokens)} tokens × ${whole(vocabSize)} × ${computed + 8} B`,
    },
  ];
  if (sampling === null) return { parameters, training, sampling: [], sequences: null };
  const { tensorParallel, share, longest } = sampling;
  const weights = 2 * parameters / tensorParallel;
  const cache = share * memory - weights;
  const each = longest * kvBytes(config) / tensorParallel;
  return {
    parameters,
    training,
    sampling: [
      {
        what: "sampler's weights",
        bytes: weights,
        how: `${billions(parameters)} × 2 B / ${tensorParallel}`,
      },
      {
        what: "KV cache",
        bytes: cache,
        how: `${share} × ${memory / 1e9} GB − weights`,
      },
    ],
    sequences: Math.max(0, Math.floor(cache / each)),
  };
}

/** Bytes of some needs together. */
export function totalOf(needs: readonly GpuNeed[]): number {
  return needs.reduce((sum, { bytes }) => sum + bytes, 0);
}
