/** @file Reading Parquet: rows as objects, one row group in memory at a time, decoded where it can be stopped. */
import { Worker } from "node:worker_threads";
import { InputError } from "../../errors.ts";
import { damaged, type ParquetRow } from "./parquet_decoder.ts";
import type { ParquetAnswer, ParquetJob } from "./parquet_worker.ts";

/** Memory of the decoding thread, in MiB: a damaged file can ask for any amount. */
const MEMORY = 4096;

/** How a Parquet file is read. */
export interface ParquetOptions {
  /** What an error calls the file, where that is not its path. */
  readonly name?: string;
  /**
   * Seconds that a row group may take before the file counts as damaged. Default: a minute, and a second for each MB of the
   * file, which is ten times what decoding takes.
   */
  readonly deadline?: number;
}

/**
 * Streams a Parquet file's rows: nested lists and structs as arrays and objects, 64-bit integers as numbers, absent values as
 * null, dates as ISO 8601 text, binary columns as bytes. Uncompressed or with snappy, gzip, zstd, brotli or lz4. Only one row
 * group is in memory.
 *
 * Throws an `InputError` with the file's name for one that is unreadable, not Parquet, cut off or damaged, that has no rows,
 * or whose text is not UTF-8; with `name:row:` for an integer that no number equals.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, "question,answer\n1+1,2\n");
 * await assertRejects(() => readParquet(path).next(), Error, "not a Parquet file; expected PAR1 at its beginning");
 * ```
 */
export async function* readParquet(
  path: string,
  options: ParquetOptions = {},
): AsyncGenerator<ParquetRow> {
  const { name = path, deadline = 60 + await sizeOf(path) / 1e6 } = options;
  const job: ParquetJob = { path, name };
  const worker = new Worker(new URL("./parquet_worker.ts", import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY },
  });
  try {
    for (;;) {
      const answer = await ask(worker, name, deadline);
      if ("error" in answer) throw new InputError(answer.error);
      if (answer.group === null) return;
      yield* answer.group.rows;
      if (answer.group.fault !== null) throw new InputError(answer.group.fault);
    }
  } finally {
    await worker.terminate();
  }
}

/** A file's length in bytes; 0 where it cannot be known: the thread says why. */
async function sizeOf(path: string): Promise<number> {
  return (await Deno.stat(path).catch(() => null))?.size ?? 0;
}

/** The thread's next answer. A thread that dies, or has no end, says that the file is damaged. */
async function ask(worker: Worker, name: string, deadline: number): Promise<ParquetAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ParquetAnswer>();
  const timer = setTimeout(
    () => reject(damaged(name, `a row group is not decoded within ${deadline} s`)),
    1000 * deadline,
  );
  const died = (error: Error) => reject(damaged(name, error.message));
  worker.once("message", resolve);
  worker.once("error", died);
  worker.postMessage("next");
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    worker.off("message", resolve);
    worker.off("error", died);
  }
}
