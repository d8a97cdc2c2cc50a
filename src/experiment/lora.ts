/** @file The `lora` key of training stages: low-rank adapters are trained instead of the weights. */
import { z } from "zod";
import { type LoraConfig, TARGET_MODULES, type TargetModule } from "../policy/lora/config.ts";
import { count, number, strict, word } from "./problems.ts";

/** What a stage's `lora` understands (Hu et al., arXiv 2106.09685). */
export interface LoraOptions {
  /** Rank of the update of a projection. No default: it is the adapter's capacity, and its size. */
  readonly rank: number;
  /** The update is scaled by `alpha / rank`. Default twice the rank. */
  readonly alpha?: number;
  /** Share of a projection's inputs that the update does not see, drawn anew at every pass. Default 0. */
  readonly dropout?: number;
  /** The projections that get an update, in every layer. Default: all seven. */
  readonly targetModules?: readonly TargetModule[];
}

const modules = z.array(word(TARGET_MODULES), { error: "expected a list of projections" })
  .min(1, { error: "expected at least one projection" })
  .refine((list) => new Set(list).size === list.length, { error: "expected each projection once" })
  // The order means nothing, and is no part of a stage's identity.
  .transform((list) => TARGET_MODULES.filter((name) => list.includes(name)));

/**
 * Checks and completes a stage's `lora`.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const loraSchema: z.ZodType<LoraConfig> = strict("an object { rank, alpha, … }", {
  rank: count("a whole number, at least 1"),
  alpha: number("a number above 0", { above: 0 }).optional(),
  dropout: number("a number from 0 to below 1", { min: 0, below: 1 }).default(0),
  targetModules: modules.default([...TARGET_MODULES]),
}).transform((lora) => ({ ...lora, alpha: lora.alpha ?? 2 * lora.rank }));
