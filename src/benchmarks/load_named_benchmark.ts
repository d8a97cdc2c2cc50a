/** @file The problems of a named benchmark, and whether they are all there. */
import type { PromptFiles } from "../data/prompts/prompts.ts";
import { loadBenchmark } from "../domains/load_tasks.ts";
import { InputError } from "../errors.ts";
import { benchmarkSchema } from "../experiment/evaluation.ts";
import type { AskedBenchmark } from "./evaluate_benchmark.ts";
import { benchmark, namedBenchmark } from "./named_benchmarks.ts";

/** Where else a benchmark is, and how it is asked. */
export interface NamedBenchmarkOptions {
  /** A file with its rows. Default: the Hub, or its cache. */
  readonly file?: string | undefined;
  /** Templates of the prompts. Default: the built-in ones. */
  readonly prompts?: PromptFiles;
}

/** A named benchmark, read. */
export interface LoadedBenchmark extends AskedBenchmark {
  /** Where its rows are from: a file, or a dataset with its commit. */
  readonly source: string;
}

/**
 * Reads a named benchmark. Every row must be there and have a problem and an answer: a mean over fewer problems would be another
 * score under the same name.
 *
 * @throws {InputError} for a name that is none, rows that cannot be read, and another number of them than the benchmark has.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * await Deno.writeTextFile(file, '{"problem":"1+1?","answer":2}\n');
 * await assertRejects(
 *   () => loadNamedBenchmark("aime24", { file }),
 *   Error,
 *   "found 1 row; aime24 has 30",
 * );
 * ```
 */
export async function loadNamedBenchmark(
  name: string,
  { file, prompts = {} }: NamedBenchmarkOptions = {},
): Promise<LoadedBenchmark> {
  const { rows } = namedBenchmark(name);
  const resolved = benchmarkSchema.parse(benchmark(name, file));
  const { format, tasks, ledger } = await loadBenchmark(resolved, prompts, `benchmark ${name}`);
  const found = ledger?.rows ?? tasks.length;
  const source = ledger?.source ?? `benchmark ${name}`;
  if (!rows.includes(found)) {
    const unit = found === 1 ? "row" : "rows";
    throw new InputError(`${source}: found ${found} ${unit}; ${name} has ${rows.join(" or ")}`);
  }
  if (tasks.length !== found) {
    const [first] = ledger?.dropped ?? [];
    throw new InputError(
      `${source}: ${found - tasks.length} of ${found} rows of ${name} cannot be asked` +
        (first === undefined ? "" : `, e.g. row ${first.row}: ${first.detail}`),
    );
  }
  return { format, tasks, source };
}
