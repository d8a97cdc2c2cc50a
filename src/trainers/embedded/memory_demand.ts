/** @file What a declared stage does that takes memory. */
import { objectiveOf } from "../../algorithms/policy_loss.ts";
import type { ResolvedStage } from "../../experiment/stages.ts";
import type { PolicyConfig } from "../../policy/config.ts";
import type { MemoryDemand } from "./memory.ts";
import { MAX_ROWS } from "./settings.ts";

/** Lengths and numbers that the data gives. */
export interface StageLengths {
  /** Tokens of the longest sequence that is trained on, completion included. */
  readonly longest: number;
  /** Problems that are validated on. */
  readonly held: number;
  /** Tokens of the longest question with its answer. */
  readonly asked: number;
}

/**
 * What a training stage asks of the memory.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sft, sftSchema } from "../../experiment/sft.ts";
 * import { parsePolicyConfig } from "../../policy/config_json.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const stage = sftSchema.parse(sft({ learningRate: 1e-3 }));
 * const lengths = { longest: 20, held: 0, asked: 0 };
 * assertEquals(stageDemand(config, stage, lengths).decoding, null); // nothing is held out to validate on
 * ```
 */
export function stageDemand(
  config: PolicyConfig,
  stage: ResolvedStage,
  { longest, held, asked }: StageLengths,
): MemoryDemand {
  const { microBatchTokens, lora = null, recompute = false } = stage;
  const onGpu = stage.device === "gpu";
  const precision = stage.precision ?? "float32";
  const best = held > 0 ? 1 : 0;
  if (stage.kind === "sft") {
    // The start, the best of the rates that are done, the one that has just been done, and the best so far of that one.
    const copies = 1 + Math.min(2, stage.learningRate.length) + best;
    return {
      config,
      training: {
        objective: { kind: "likelihood" },
        ...{ microBatchTokens, longest, copies, lora, recompute, onGpu, precision },
        reference: false,
      },
      decoding: held > 0 ? { rows: Math.min(MAX_ROWS, held), capacity: asked } : null,
    };
  }
  return {
    config,
    training: {
      objective: objectiveOf(stage),
      ...{ microBatchTokens, longest, lora, recompute, onGpu, precision },
      copies: best,
      reference: stage.klCoefficient > 0,
    },
    decoding: {
      rows: Math.min(MAX_ROWS, Math.max(stage.groups * stage.rollouts, held)),
      capacity: Math.max(longest, held > 0 ? asked : 0),
    },
  };
}

/**
 * What an evaluation asks of the memory.
 *
 * @param answered How many answers are written, and the tokens of the longest with its question.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "../../policy/config_json.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const { decoding } = evaluationDemand(config, { sequences: 12, asked: 32 });
 * assertEquals(decoding, { rows: 12, capacity: 32 });
 * ```
 */
export function evaluationDemand(
  config: PolicyConfig,
  { sequences, asked }: { readonly sequences: number; readonly asked: number },
): MemoryDemand {
  const decoding = { rows: Math.min(MAX_ROWS, Math.max(1, sequences)), capacity: asked };
  return { config, training: null, decoding };
}
