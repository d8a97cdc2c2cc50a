/** @file Low-rank adaptation: its settings, and the matrices that it is added to. */
import type { PolicyConfig } from "../config.ts";
import { parameterShapes } from "../config.ts";
import { parameterLayout } from "../weights.ts";

/** The projections of a layer that can be adapted, by their Hugging Face names. */
export const TARGET_MODULES = [
  "q_proj",
  "k_proj",
  "v_proj",
  "o_proj",
  "gate_proj",
  "up_proj",
  "down_proj",
] as const;

/** One of {@link TARGET_MODULES}. */
export type TargetModule = typeof TARGET_MODULES[number];

/** Settings of low-rank adaptation (Hu et al., arXiv 2106.09685, section 4.1). */
export interface LoraConfig {
  /** Rank of the update, at least 1. */
  readonly rank: number;
  /** The update is scaled by `alpha / rank`. */
  readonly alpha: number;
  /** Share of a projection's inputs that the update does not see, drawn anew at every pass; from 0 to below 1. */
  readonly dropout: number;
  /** The projections that get an update, in every layer. */
  readonly targetModules: readonly TargetModule[];
}

/** A projection with an update: which columns of which of the engine's matrices it is. */
export interface AdapterSlot {
  /** Hugging Face name, e.g. `model.layers.0.self_attn.q_proj`. */
  readonly module: string;
  /** The engine's matrix, e.g. `layers.0.qkv`. */
  readonly parameter: string;
  /** First of its columns. */
  readonly from: number;
  /** Its columns. */
  readonly width: number;
  /** Rows of the matrix: the projection's inputs. */
  readonly inputs: number;
}

/**
 * The projections that are adapted, in the order of the engine's matrices and their columns.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "../config_json.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * assertEquals(adapterSlots(config, ["up_proj"]), [{
 *   module: "model.layers.0.mlp.up_proj", parameter: "layers.0.gateUp", from: 24, width: 24, inputs: 16,
 * }]);
 * ```
 */
export function adapterSlots(
  config: PolicyConfig,
  targetModules: readonly TargetModule[],
): AdapterSlot[] {
  const widths = new Map(parameterShapes(config).map(({ name, shape }) => [name, shape[0]!]));
  const targets = new Set<string>(targetModules);
  return parameterLayout(config).flatMap(({ name, shape, parts, transposed }) => {
    if (!transposed) return [];
    let from = 0;
    return parts.flatMap((part) => {
      const width = widths.get(part)!;
      const slot = {
        module: part.replace(/\.weight$/, ""),
        parameter: name,
        from,
        width,
        inputs: shape[0]!,
      };
      from += width;
      return targets.has(slot.module.split(".").at(-1)!) ? [slot] : [];
    });
  });
}

/**
 * Names and shapes of an adapter's matrices in the engine: `A [inputs, rank]` and `B [rank, width]` for each projection.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const slot = { module: "m", parameter: "layers.0.out", from: 0, width: 6, inputs: 4 };
 * assertEquals(adapterShapes([slot], 2), [
 *   { name: "m/A", shape: [4, 2] },
 *   { name: "m/B", shape: [2, 6] },
 * ]);
 * ```
 */
export function adapterShapes(
  slots: readonly AdapterSlot[],
  rank: number,
): { readonly name: string; readonly shape: readonly number[] }[] {
  return slots.flatMap(({ module, inputs, width }) => [
    { name: `${module}/A`, shape: [inputs, rank] },
    { name: `${module}/B`, shape: [rank, width] },
  ]);
}
