/** @file The benchmarks that have a name here: where each is, pinned to a commit, and how its rows are read. */
import type { MappingDeclaration } from "../data/mappings/mappings.ts";
import { InputError } from "../errors.ts";
import type { SourceOptions } from "../experiment/data.ts";
import type { JudgingOptions } from "../experiment/judging.ts";
import { nearest } from "../experiment/nearest.ts";
import type { RowsOptions } from "../experiment/rows.ts";

/** A benchmark by name. */
export interface NamedBenchmark {
  /** What a table calls it. */
  readonly title: string;
  /** Dataset on the Hub: `owner/name`. */
  readonly hub: string;
  /** The commit that is read: its rows can never change. */
  readonly revision: string;
  /** Configuration; null for a dataset that has only one. */
  readonly config: string | null;
  /** The files of that commit that hold its split `test`. */
  readonly files: readonly string[];
  /**
   * How many rows it has. Sets go round under one name in several sizes, and a score says nothing where it is not known which
   * was measured. The first is the Hub's; another is that of a copy which is in use.
   */
  readonly rows: readonly [number, ...number[]];
  /** How its rows are read. */
  readonly mapping: MappingDeclaration;
  /** Whether an answer is right that rounds to the expected one. */
  readonly rounded: boolean;
}

const shared = { config: null, mapping: "generic", rounded: false } as const;

/** Every {@link NamedBenchmark}, by its name. */
export const NAMED_BENCHMARKS: Readonly<Record<string, NamedBenchmark>> = {
  // AMC 12A and 12B of 2023, reworded to have numbers as answers; the set called "amc" with 83 rows is another one.
  amc23: {
    ...shared,
    title: "AMC23",
    hub: "math-ai/amc23",
    revision: "80815d37005feb82cd7f8fbc6901d5d3eff43057",
    files: ["test-00000-of-00001.parquet"],
    rows: [40],
  },
  // The answer is in the solution's box.
  aime24: {
    ...shared,
    title: "AIME24",
    hub: "math-ai/aime24",
    revision: "83a7f387baaa524a8bda0022eac0541582297103",
    files: ["test-00000-of-00001.parquet"],
    rows: [30],
  },
  aime25: {
    ...shared,
    title: "AIME25",
    hub: "math-ai/aime25",
    revision: "563bb8404243c5f09de6ec262f2db674fe5bce9b",
    files: ["test.jsonl"],
    rows: [30],
  },
  // OCWCourses of Lewkowycz et al. 2022 (arXiv 2206.14858): computed quantities, their expected values rounded.
  minerva: {
    ...shared,
    title: "Minerva",
    hub: "math-ai/minervamath",
    revision: "ee46ddc498933b1977577953250ca5c66be64f96",
    files: ["test.jsonl"],
    rows: [272],
    rounded: true,
  },
  // Lightman et al. 2023 (arXiv 2305.20050), a part of Hendrycks et al. 2021.
  math500: {
    ...shared,
    title: "MATH-500",
    hub: "HuggingFaceH4/MATH-500",
    revision: "6e4ed1a2a79af7d8630a6b768ec859cb5af4d3be",
    files: ["test.jsonl"],
    rows: [500],
    mapping: { kind: "generic", id: "unique_id" },
  },
  // Open-ended competition mathematics in English without images, of He et al. 2024. A copy that evaluation harnesses share has one row more.
  olympiadbench: {
    ...shared,
    title: "Olympiad",
    hub: "Hothan/OlympiadBench",
    revision: "91184b52131e7fc9455fef848035173aea8cc01a",
    files: ["OlympiadBench/OE_TO_maths_en_COMP/OE_TO_maths_en_COMP.parquet"],
    rows: [674, 675],
    mapping: "olympiadbench",
  },
  // Cobbe et al. 2021 (arXiv 2110.14168).
  gsm8k: {
    ...shared,
    title: "GSM8K",
    hub: "openai/gsm8k",
    revision: "740312add88f781978c0658806c59bc2815b9866",
    config: "main",
    files: ["main/test-00000-of-00001.parquet"],
    rows: [1319],
    mapping: "gsm8k",
  },
};

/**
 * The benchmark of a name.
 *
 * @throws {InputError} for another name, with the nearest.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(namedBenchmark("aime24").rows, [30]);
 * ```
 */
export function namedBenchmark(name: string): NamedBenchmark {
  if (Object.hasOwn(NAMED_BENCHMARKS, name)) return NAMED_BENCHMARKS[name]!;
  const names = Object.keys(NAMED_BENCHMARKS);
  const near = nearest(name, names);
  throw new InputError(
    `benchmark: found ${JSON.stringify(name.slice(0, 100))}; expected ${names.join(", ")}${
      near === undefined ? "" : `; did you mean ${near}?`
    }`,
  );
}

/**
 * A named benchmark as an experiment declares it under `evaluation.benchmarks`: from the Hub, or from a file that has its rows.
 *
 * @param file JSON Lines, or Parquet where the name ends in `.parquet`. Default: from the Hub.
 * @throws {InputError} for a name that is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(benchmark("minerva", "minerva_math.jsonl"), {
 *   file: "minerva_math.jsonl",
 *   mapping: "generic",
 *   rounded: true,
 * });
 * ```
 */
export function benchmark(
  name: string,
  file?: string,
): SourceOptions & RowsOptions & JudgingOptions {
  const { hub, revision, config, files, mapping, rounded } = namedBenchmark(name);
  // A file may be a copy with ids of its own, or none; only the Hub's column is known.
  if (file !== undefined) {
    return { file, mapping: typeof mapping === "string" ? mapping : mapping.kind, rounded };
  }
  return {
    hub,
    revision,
    ...config === null ? {} : { config },
    split: "test",
    files: [...files],
    mapping,
    rounded,
  };
}
