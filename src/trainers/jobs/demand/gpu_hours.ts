/** @file How many tokens a distributed stage moves, and how long GPUs take over them. */
import type { PolicyConfig } from "../../../policy/config.ts";
import type { Gpu } from "./gpus.ts";
import { kvBytes, parametersOf } from "./gpu_memory.ts";

/** Share of a GPU's peak that training reaches. Assumed: published runs of FSDP on policies of this size report 0.3 to 0.5. */
export const TRAINING_SHARE = 0.4;

/** Share of the bandwidth that sampling reaches. Assumed. */
export const SAMPLING_SHARE = 0.6;

/** Sequences that a server decodes at once, where memory leaves room for as many: vLLM's `max_num_seqs` as verl sets it. */
export const AT_ONCE = 256;

/** What is done in a stage, in tokens and sequences. */
export interface StageTokens {
  /** Batches, each trained on `passes` times. */
  readonly batches: number;
  /** Updates on each batch. */
  readonly passes: number;
  /** Sequences of a batch that is trained on. */
  readonly sequences: number;
  /** Sequences that are sampled for one, dynamic sampling's replacements not counted; 0 for SFT. */
  readonly sampled: number;
  /** Mean tokens of a prompt. */
  readonly prompt: number;
  /** Tokens of a completion. */
  readonly completion: number;
  /** Whether a reference policy is asked, too. */
  readonly reference: boolean;
  /** Whether activations are computed anew. */
  readonly recompute: boolean;
}

/** Seconds of one batch on all GPUs, and GPU-hours of the stage. */
export interface GpuTime {
  /** Seconds of sampling for a batch. */
  readonly sampling: number;
  /** Seconds of log-probabilities and updates for a batch. */
  readonly training: number;
  /** GPU-hours of the whole stage. */
  readonly gpuHours: number;
}

/** Operations of a forward pass for a token of a sequence of so many: 2 for each weight, and attention over half of the sequence on average. */
function forward(config: PolicyConfig, length: number): number {
  const { layers, heads, headDim } = config;
  return 2 * parametersOf(config) + 2 * layers * heads * headDim * length;
}

/**
 * The time that a stage takes where nothing else does: training by its operations (three forward passes' worth for an update, four where
 * activations are computed anew, one for each policy that gives log-probabilities), sampling by the bytes that each step reads (weights and
 * cache), prompts by their operations.
 *
 * @param room Sequences that one copy of the policy samples at once, by its memory.
 */
export function gpuTime(
  config: PolicyConfig,
  { batches, passes, sequences, sampled, prompt, completion, reference, recompute }: StageTokens,
  gpu: Gpu,
  gpus: number,
  tensorParallel: number,
  room: number,
): GpuTime {
  const length = prompt + completion;
  const pass = forward(config, length) * length * sequences;
  const asked = sampled > 0 ? 1 + Number(reference) : 0;
  const work = pass * (passes * (recompute ? 4 : 3) + asked);
  const training = work / (gpus * gpu.flops * TRAINING_SHARE);
  let sampling = 0;
  if (sampled > 0) {
    const copies = gpus / tensorParallel;
    const own = sampled / copies;
    const rows = Math.max(1, Math.min(own, room, AT_ONCE));
    const read = (2 * parametersOf(config) + rows * (prompt + completion / 2) * kvBytes(config)) /
      tensorParallel;
    const step = read / (gpu.bandwidth * SAMPLING_SHARE);
    const prefill = forward(config, prompt) * prompt * sampled /
      (gpus * gpu.flops * TRAINING_SHARE);
    sampling = Math.ceil(own / rows) * completion * step + prefill;
  }
  return { sampling, training, gpuHours: batches * (sampling + training) * gpus / 3600 };
}
