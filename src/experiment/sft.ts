/** @file The `sft` stage: supervised fine-tuning on expert solutions. */
import { z } from "zod";
import {
  learningRate,
  type OptimiserOptions,
  optimiserShape,
  type ResolvedOptimiser,
} from "./optimiser.ts";
import { always, count, strict, word } from "./problems.ts";

/** What `sft()` understands. */
export interface SftOptions extends OptimiserOptions {
  /**
   * Peak learning rate; of several, each is trained and the best on validation is kept. No default: the right one
   * depends a thousandfold on the policy's size.
   */
  readonly learningRate: number | readonly number[];
  /** Passes over the training data. Default 3, as published, unless `updates` is given. */
  readonly epochs?: number;
  /** Optimiser updates, instead of `epochs`; needed where the data is endless. */
  readonly updates?: number;
  /** Sequences per update. Default 64, as published. */
  readonly batch?: number;
  /**
   * What the policy learns to write: the expert's actions only (`outline`); the expert's full trace of reasoning and then the
   * actions (`reasoning`), where the data has traces, as relay problems have; or the thought-out solution that a generated domain gives
   * (`solution`). Default `outline`. The paper compares the first two.
   */
  readonly target?: "outline" | "reasoning" | "solution";
}

/** A declared `sft` stage. */
export interface SftDeclaration extends SftOptions {
  /** Tells the stage kinds apart. */
  readonly kind: "sft";
}

/** An `sft` stage with every default filled. */
export interface ResolvedSft
  extends
    ResolvedOptimiser,
    Required<Omit<SftOptions, keyof OptimiserOptions | "learningRate" | "epochs" | "updates">> {
  /** Tells the stage kinds apart. */
  readonly kind: "sft";
  /** At least one, ascending, none twice. */
  readonly learningRate: readonly number[];
  /** Passes over the data; null exactly when `updates` is given. */
  readonly epochs: number | null;
  /** Optimiser updates; null exactly when `epochs` is given. */
  readonly updates: number | null;
}

/** Published default, for a stage that names neither `epochs` nor `updates`. */
const EPOCHS = 3;

const expected = { error: "expected a learning rate above 0 and below 1, or a list of them" };
const rates = z.union([learningRate, z.array(learningRate).min(1, expected)], expected);

/**
 * Checks and completes an `sft` stage.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const sftSchema: z.ZodType<ResolvedSft> = strict("an sft stage", {
  kind: z.literal("sft"),
  learningRate: rates,
  epochs: count("a whole number of epochs, at least 1").optional(),
  updates: count("a whole number of updates, at least 1").optional(),
  batch: count("a whole number of sequences, at least 1").default(64),
  target: word(["outline", "reasoning", "solution"]).default("outline"),
  ...optimiserShape({ schedule: "cosine", warmup: 0.3 }),
}).refine((stage) => stage.epochs === undefined || stage.updates === undefined, {
  path: ["updates"],
  error: "found {value} beside epochs; expected one of the two",
  when: always,
}).refine(({ learningRate: list }) => !Array.isArray(list) || new Set(list).size === list.length, {
  path: ["learningRate"],
  error: "found {value}; expected each rate once",
  when: always,
}).transform((stage): ResolvedSft => ({
  ...stage,
  learningRate: [stage.learningRate].flat().sort((a, b) => a - b),
  epochs: stage.epochs ?? (stage.updates === undefined ? EPOCHS : null),
  updates: stage.updates ?? null,
}));

/**
 * Declares a stage of supervised fine-tuning.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sft({ learningRate: 1e-3 }), { kind: "sft", learningRate: 1e-3 });
 * ```
 */
export function sft(options: SftOptions): SftDeclaration {
  return { ...options, kind: "sft" };
}
