/** @file The data that a policy is trained on, as declared: a generated domain, or a file of expert solutions. */
import { z } from "zod";
import type { MappingDeclaration } from "../data/mappings/mappings.ts";
import type { ParserDeclaration } from "../data/steps/parsers.ts";
import { choose, count, number, strict, word } from "./problems.ts";
import { defaultParser, mappingSchema, parserSchema, type RowsOptions } from "./rows.ts";

/** Difficulty of relay problems; `base` is the mixture that the base policy is trained on. */
export type RelayTier = "base" | "easy" | "medium" | "hard";

/** What `relay()` understands: `train` and `validation` where policies are trained, `problems` in a benchmark. */
export interface RelayOptions {
  /** Which problems. */
  readonly tier: RelayTier;
  /** Problems to train on; without it they are generated without end. The `base` mixture is always endless. */
  readonly train?: number;
  /** Problems held out to choose the checkpoint by. Default 64; 0 keeps the last checkpoint. */
  readonly validation?: number;
  /** Problems of a benchmark. Default 100. */
  readonly problems?: number;
  /** Seed of the generator. Default 1 for training and 1001 for a benchmark, which must differ on the same tier. */
  readonly seed?: number;
}

/** Declared relay problems. */
export interface RelayDeclaration extends RelayOptions {
  /** Tells generated data from a file. */
  readonly domain: "relay";
}

/** Declared expert solutions in a file. */
export interface FileDeclaration extends RowsOptions {
  /** JSON lines with expert solutions; relative to the working directory. */
  readonly file: string;
  /** What is held out to choose the checkpoint by: a fraction below 1, or a number of problems. Default 0.1. */
  readonly validation?: number;
  /** Seed of the split. Default 1. */
  readonly seed?: number;
}

/** What training data can be declared as. */
export type DataDeclaration = RelayDeclaration | FileDeclaration;

/** Generated relay problems to train on. */
export interface ResolvedRelayData {
  /** Tells the kinds of data apart. */
  readonly domain: "relay";
  /** Which problems. */
  readonly tier: RelayTier;
  /** Problems to train on; null: generated without end. */
  readonly train: number | null;
  /** Problems held out; 0: none. */
  readonly validation: number;
  /** Seed of the generator. */
  readonly seed: number;
}

/** A file of expert solutions to train on. */
export interface ResolvedFileData {
  /** Tells the kinds of data apart. */
  readonly domain: "file";
  /** Path as declared, relative to the working directory. */
  readonly file: string;
  /** What its columns mean. */
  readonly mapping: MappingDeclaration;
  /** How its solutions are cut into steps. */
  readonly parser: ParserDeclaration;
  /** Fraction (below 1) or number (from 1) of problems held out; 0: none. */
  readonly validation: number;
  /** Seed of the split. */
  readonly seed: number;
}

/** Training data with every default filled; `domain` tells which. */
export type ResolvedData = ResolvedRelayData | ResolvedFileData;

/**
 * Names of the tiers.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const tier: z.ZodType<RelayTier> = word(["base", "easy", "medium", "hard"]);

/**
 * A seed of any kind: a whole number that a 32-bit generator takes.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const seed: z.ZodNumber = number("a whole number from 0 to 4294967295", {
  whole: true,
  min: 0,
  max: 4294967295,
});

const relayData: z.ZodType<ResolvedRelayData> = strict("relay({…})", {
  domain: z.literal("relay"),
  tier,
  train: count("a whole number of problems, at least 1").nullable().default(null),
  validation: count("a whole number of problems, at least 0", 0).default(64),
  seed: seed.default(1),
});

/**
 * The keys of a file that say how to read it.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const fileShape = {
  domain: z.literal("file"),
  file: z.string({ error: "expected a path" }).min(1, { error: "expected a path" }),
  mapping: mappingSchema.default("generic"),
  parser: parserSchema.optional(),
};

const fileData: z.ZodType<ResolvedFileData> = strict("{ file: … }", {
  ...fileShape,
  validation: number("a fraction below 1, or a whole number of problems", { min: 0 })
    .refine((n) => n < 1 || Number.isInteger(n), {
      error: "expected a fraction below 1, or a whole number of problems",
    }).default(0.1),
  seed: seed.default(1),
}).transform(withParser);

/** A file that declares no parser gets its mapping's own. */
export function withParser<
  T extends {
    readonly mapping: MappingDeclaration;
    readonly parser?: ParserDeclaration | undefined;
  },
>(file: T): T & { readonly parser: ParserDeclaration } {
  return { ...file, parser: file.parser ?? defaultParser(file.mapping) };
}

/** Files carry no `domain` when declared: the key `file` tells them. */
export function named(value: unknown): unknown {
  return typeof value === "object" && value !== null && "file" in value && !("domain" in value)
    ? { domain: "file", ...value }
    : value;
}

/**
 * Checks and completes training data.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const dataSchema: z.ZodType<ResolvedData> = z.preprocess(
  named,
  choose<ResolvedData>(
    "domain",
    { relay: relayData, file: fileData },
    "expected relay({…}), or { file: … } for expert solutions",
  ),
);

/**
 * Declares relay problems, which are generated: nothing is downloaded.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(relay({ tier: "easy" }), { domain: "relay", tier: "easy" });
 * ```
 */
export function relay(options: RelayOptions): RelayDeclaration {
  return { ...options, domain: "relay" };
}
