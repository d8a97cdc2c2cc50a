/** @file How a trained policy is measured. */
import { z } from "zod";
import {
  askedSchemas,
  named,
  type RelayDeclaration,
  type RelayTier,
  type ResolvedRowsBenchmark,
  seed,
  type SourceOptions,
} from "./data.ts";
import type { JudgingOptions } from "./judging.ts";
import { always, choose, count, label, number, strict, word } from "./problems.ts";
import type { RowsOptions } from "./rows.ts";

/** Problems of a benchmark, as declared. */
export type BenchmarkDeclaration =
  | RelayDeclaration
  | (SourceOptions & RowsOptions & JudgingOptions);

/** How every trained policy is measured. */
export interface EvaluationDeclaration {
  /** Problem sets by name; at least one. */
  readonly benchmarks: Readonly<Record<string, BenchmarkDeclaration>>;
  /** Whether each problem is answered once with the most likely tokens. Default true. */
  readonly greedy?: boolean;
  /** Samples per problem at `temperature`, for avg@k and pass@k; 0 for none. Default 8. */
  readonly samples?: number;
  /** Temperature of the samples. Default 1, as published. */
  readonly temperature?: number;
  /** Most tokens of a completion. Default null: each problem's own budget (the expert's length and one step). */
  readonly maxTokens?: number | null;
}

/** Generated problems of a benchmark. */
export interface ResolvedRelayBenchmark {
  /** Tells the kinds of data apart. */
  readonly domain: "relay";
  /** Which problems; `base` is a mixture to train on, and no benchmark. */
  readonly tier: Exclude<RelayTier, "base">;
  /** How many. */
  readonly problems: number;
  /** Seed of the generator. */
  readonly seed: number;
}

/** A benchmark with every default filled; `domain` tells which. */
export type ResolvedBenchmark = ResolvedRelayBenchmark | ResolvedRowsBenchmark;

/** An evaluation with every default filled. */
export interface ResolvedEvaluation extends Required<EvaluationDeclaration> {
  /** Problem sets by name. */
  readonly benchmarks: Readonly<Record<string, ResolvedBenchmark>>;
}

const relayBenchmark: z.ZodType<ResolvedRelayBenchmark> = strict("relay({…})", {
  domain: z.literal("relay"),
  tier: word(["easy", "medium", "hard"]),
  problems: count("a whole number of problems, at least 1").default(100),
  seed: seed.default(1001),
});

/**
 * Checks and completes a benchmark.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const benchmarkSchema: z.ZodType<ResolvedBenchmark> = z.preprocess(
  named,
  choose<ResolvedBenchmark>(
    "domain",
    { relay: relayBenchmark, ...askedSchemas },
    "expected relay({…}), or { file: … }, { hub: … } or { rows: … } for problems with answers",
  ),
);

/**
 * Checks and completes an evaluation.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const evaluationSchema: z.ZodType<ResolvedEvaluation> = strict("an evaluation", {
  benchmarks: z.record(label, benchmarkSchema, {
    error: "expected an object of problem sets by name",
  }).refine((sets) => Object.keys(sets).length > 0, { error: "expected at least one problem set" }),
  greedy: z.boolean({ error: "expected true or false" }).default(true),
  samples: count("a whole number of samples, at least 0", 0).default(8),
  temperature: number("a temperature above 0; for the most likely tokens set greedy", { above: 0 })
    .default(1),
  maxTokens: count("a whole number of tokens, at least 1, or null").nullable().default(null),
}).refine((e) => e.greedy || e.samples !== 0, {
  path: ["samples"],
  error: "found {value} with greedy false; expected samples, or greedy, or nothing is measured",
  when: always,
});
