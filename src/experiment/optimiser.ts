/** @file The keys that every training stage shares: the optimiser's, and when to validate. */
import { z } from "zod";
import type { ScheduleKind } from "../engine/optim/schedule.ts";
import type { LoraConfig } from "../policy/lora/config.ts";
import { type LoraOptions, loraSchema } from "./lora.ts";
import { count, number, word } from "./problems.ts";

/** What every training stage understands besides its learning rate. */
export interface OptimiserOptions {
  /**
   * How the learning rate changes after the warm-up: stays, or falls to 0 at the last update on a line or half a cosine.
   * Default: `cosine` for `sft`, `constant` for the others, as published.
   */
  readonly schedule?: ScheduleKind;
  /** Fraction of the updates in which the rate rises from 0. Default: 0.3 for `sft`, 0 for the others, as published. */
  readonly warmup?: number;
  /** AdamW's decoupled weight decay. Default 0: the published runs name none, and short runs do not need it. */
  readonly weightDecay?: number;
  /** Global gradient norm above which gradients are scaled down. Default 1, as published. */
  readonly maxGradNorm?: number;
  /**
   * Most tokens, padding counted, in one forward and backward pass; a batch above it is accumulated over several. Bounds
   * the memory and changes results only by rounding, but for the loss `bnpo`, which averages over it. Default 4096.
   */
  readonly microBatchTokens?: number;
  /**
   * Updates between two validations; one more follows the last update, and the best checkpoint is kept. Default 20. No
   * effect only where the data holds nothing out (`validation: 0`): then the last checkpoint is kept.
   */
  readonly validateEvery?: number;
  /**
   * Trains low-rank adapters of the projections and leaves the weights as they are: gradients and optimiser state are the adapters' alone. The
   * stage's checkpoint has them merged, and `adapter/` beside it holds them in PEFT's layout. Default: the weights are trained.
   */
  readonly lora?: LoraOptions;
  /**
   * Whether the backward pass computes each layer's activations anew instead of keeping them: the memory of a micro-batch no longer grows with
   * the layers, for about a third more work; results stay the same to the bit. Default false.
   */
  readonly recompute?: boolean;
  /**
   * Where the stage computes: on the processor, or on a GPU, where weights, gradients, moments, keys and values then lie, rollouts are
   * sampled and validation is done. Numbers differ in their last bits, so that it is part of a stage's identity; of `auto` (a GPU where one
   * can be used) what it comes to is. Default `cpu`.
   */
  readonly device?: "cpu" | "gpu" | "auto";
  /**
   * What the products of a stage on a GPU are computed in. With `float16` weights are trained in float32 and rounded for the products, keys and
   * values are kept in it, and the loss is scaled so that small gradients survive; the residual stream, softmax and loss stay float32.
   * Default `float32`.
   */
  readonly precision?: "float32" | "float16";
}

/** {@link OptimiserOptions} with every default filled; `lora`, `recompute`, `device` and `precision` stay absent where they are not used. */
export interface ResolvedOptimiser
  extends Required<Omit<OptimiserOptions, "lora" | "recompute" | "device" | "precision">> {
  /** Low-rank adapters, where they are trained. */
  readonly lora?: LoraConfig | undefined;
  /** Whether activations are computed anew in the backward pass. */
  readonly recompute?: true | undefined;
  /** Where the stage computes, if not on the processor. */
  readonly device?: "gpu" | "auto" | undefined;
  /** What products are computed in, if not in float32. */
  readonly precision?: "float16" | undefined;
}

/**
 * One learning rate.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const learningRate: z.ZodNumber = number("a learning rate above 0 and below 1", {
  above: 0,
  below: 1,
});

/**
 * The shape of {@link OptimiserOptions}, with the defaults in which the stage kinds differ.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export function optimiserShape(
  defaults: { readonly schedule: ScheduleKind; readonly warmup: number },
): { readonly [K in keyof Required<ResolvedOptimiser>]: z.ZodType<ResolvedOptimiser[K]> } {
  return {
    schedule: word(["constant", "linear", "cosine"]).default(defaults.schedule),
    warmup: number("a fraction of the updates, from 0 to 1", { min: 0, max: 1 })
      .default(defaults.warmup),
    weightDecay: number("a number from 0 to below 1", { min: 0, below: 1 }).default(0),
    maxGradNorm: number("a number above 0", { above: 0 }).default(1),
    microBatchTokens: count("a whole number of tokens, at least 1").default(4096),
    validateEvery: count("a whole number of updates, at least 1").default(20),
    lora: loraSchema.optional(),
    recompute: z.boolean({ error: "expected true or false" })
      .transform((on) => on ? true as const : undefined).optional(),
    // Stages on the processor keep the identity that they had before there was a choice.
    device: word(["cpu", "gpu", "auto"]).transform((on) => on === "cpu" ? undefined : on)
      .optional(),
    precision: word(["float32", "float16"])
      .transform((type) => type === "float32" ? undefined : type).optional(),
  };
}
