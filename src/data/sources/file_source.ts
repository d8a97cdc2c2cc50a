/** @file Rows of files: JSON Lines and Parquet. */
import { hashFile } from "../../hash_file.ts";
import { hashText } from "../../hash_text.ts";
import { readJsonl } from "../jsonl.ts";
import { readParquet } from "./read_parquet.ts";
import type { RowSource, SourceRow } from "./row_source.ts";

/** A file of rows. */
export interface RowFile {
  /** Where it is. */
  readonly path: string;
  /** What errors call it. */
  readonly name: string;
}

/** Rows are checked where it is known what is asked of them. */
const ANYTHING = { safeParse: (data: unknown) => ({ success: true as const, data }) };

/**
 * Rows of a local file: Parquet where its name ends in `.parquet`, JSON Lines else.
 *
 * @param field Path of the declaration, for the error of a file that cannot be hashed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, '{"question":"1+1?"}\n');
 * const [row] = await Array.fromAsync(fileSource(path, "data").rows());
 * assertEquals(row, { row: 1, place: `${path}:1`, value: { question: "1+1?" } });
 * ```
 */
export function fileSource(path: string, field: string): RowSource {
  return {
    name: path,
    rows: () => readFiles([{ path, name: path }]),
    contentHash: () => hashFile(path, `${field}.file`),
  };
}

/**
 * Rows of several files as those of one source, numbered on.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, '{"question":"1+1?"}\n');
 * const rows = await Array.fromAsync(readFiles([{ path, name: "a" }, { path, name: "b" }]));
 * assertEquals(rows.map(({ row, place }) => [row, place]), [[1, "a:1"], [2, "b:1"]]);
 * ```
 */
export async function* readFiles(files: readonly RowFile[]): AsyncGenerator<SourceRow> {
  let before = 0;
  for (const file of files) {
    let last = 0;
    for await (const { number, value } of readFile(file)) {
      last = number;
      yield { row: before + number, place: `${file.name}:${number}`, value };
    }
    before += last;
  }
}

async function* readFile(
  { path, name }: RowFile,
): AsyncGenerator<{ number: number; value: unknown }> {
  if (path.endsWith(".parquet")) {
    for await (const { row, value } of readParquet(path, { name })) yield { number: row, value };
  } else {
    for await (const { line, value } of readJsonl(path, ANYTHING, name)) {
      yield { number: line, value };
    }
  }
}

/**
 * SHA-256 of several files' contents in their order; of one file, that of the file itself.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * assertEquals((await hashFiles([{ path, name: "empty" }])).slice(0, 8), "e3b0c442");
 * ```
 */
export async function hashFiles(files: readonly RowFile[]): Promise<string> {
  const hashes: string[] = [];
  for (const { path, name } of files) hashes.push(await hashFile(path, name));
  if (hashes.length === 1) return hashes[0]!;
  return hashText(hashes.join("\n"));
}
