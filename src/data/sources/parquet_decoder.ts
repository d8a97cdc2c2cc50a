/** @file Decoding Parquet: rows as objects, one row group at a time. */
import {
  type AsyncBuffer,
  type Compressors,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { InputError } from "../../errors.ts";
import { fileReason } from "../../file_reason.ts";
import { printable } from "../check_row.ts";
import { checkParquetMetadata } from "./parquet_metadata.ts";
import { parquetValue } from "./parquet_value.ts";

/** One row of a Parquet file. */
export interface ParquetRow {
  /** Its number in the file, from 1. */
  readonly row: number;
  /** Its columns by name. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** The rows of a row group, and what is wrong with the row after them, if anything is. */
export interface ParquetGroup {
  /** Rows, in order. */
  readonly rows: readonly ParquetRow[];
  /** Why the group ends early; null where it does not. */
  readonly fault: string | null;
}

/**
 * Decodes a Parquet file in this thread, one row group at a time. A damaged file can keep the decoder from ever ending, so
 * that `readParquet` has it run in a thread of its own.
 *
 * Throws an `InputError` as `readParquet` does, but for a value that JSON has no number for, which is a group's `fault`.
 *
 * @param name What an error calls the file.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => decodeParquet("none.parquet", "a").next(), Error, "a: cannot be read");
 * ```
 */
export async function* decodeParquet(path: string, name: string): AsyncGenerator<ParquetGroup> {
  using file = openFile(path, name);
  const buffer = bufferOf(file, name);
  await requireMagic(buffer, name);
  const metadata = await decoding(name, async () => {
    const metadata = await parquetMetadataAsync(buffer);
    checkParquetMetadata(metadata, parquetSchema(metadata), buffer.byteLength);
    return metadata;
  });
  let start = 0;
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows);
    const decoded = await decoding(name, () =>
      parquetReadObjects({
        file: buffer,
        metadata,
        rowStart: start,
        rowEnd: start + count,
        compressors: COMPRESSORS,
        // Unannotated bytes are no text.
        utf8: false,
        parsers: { stringFromBytes },
      }));
    if (decoded.length !== count) {
      throw damaged(name, `rows ${start + 1} to ${start + count}: found ${decoded.length}`);
    }
    yield plainRows(decoded, start, name);
    start += count;
  }
  if (start === 0) throw new InputError(`${name}: the file has no rows; expected at least one`);
}

/** The package's decompressors, but for LZ4's of nothing, which is one byte that the package takes for a damaged block. */
const COMPRESSORS: Compressors = {
  ...compressors,
  LZ4: (input, length) => length === 0 ? new Uint8Array() : compressors.LZ4!(input, length),
  LZ4_RAW: (input, length) => length === 0 ? new Uint8Array() : compressors.LZ4_RAW!(input, length),
};

/** Rows as JSON has them, up to the first that it cannot say. */
function plainRows(
  decoded: readonly Record<string, unknown>[],
  start: number,
  name: string,
): ParquetGroup {
  const rows: ParquetRow[] = [];
  for (const [at, columns] of decoded.entries()) {
    const row = start + at + 1;
    try {
      const fields = Object.entries(columns).map(([field, value]) =>
        [field, parquetValue(value, `${name}:${row}`, field)] as const
      );
      rows.push({ row, value: Object.fromEntries(fields) });
    } catch (error) {
      if (error instanceof InputError) return { rows, fault: error.message };
      throw error;
    }
  }
  return { rows, fault: null };
}

function openFile(path: string, name: string): Deno.FsFile {
  try {
    const file = Deno.openSync(path);
    // A folder opens, and fails at the first read.
    if (file.statSync().isFile) return file;
    file.close();
    throw new Deno.errors.IsADirectory();
  } catch (error) {
    throw new InputError(`${name}: cannot be read: ${fileReason(error)}`);
  }
}

/** A file's bytes by position. Seeking and reading are one synchronous piece, since several reads are under way at once. */
function bufferOf(file: Deno.FsFile, name: string): AsyncBuffer {
  const { size } = file.statSync();
  return {
    byteLength: size,
    slice(start, end = size) {
      if (start < 0 || end > size || start > end) {
        throw damaged(name, `it points to bytes ${start} to ${end} of ${size}`);
      }
      const bytes = new Uint8Array(end - start);
      file.seekSync(start, Deno.SeekMode.Start);
      for (let at = 0; at < bytes.length;) {
        const count = file.readSync(bytes.subarray(at));
        if (count === null) throw damaged(name, "it became shorter while it was read");
        at += count;
      }
      return bytes.buffer;
    },
  };
}

/** A Parquet file begins and ends with four letters; without the last ones it is cut off. */
async function requireMagic(buffer: AsyncBuffer, name: string): Promise<void> {
  const { byteLength: size } = buffer;
  const letters = async (start: number, end: number) =>
    new TextDecoder().decode(await buffer.slice(Math.max(0, start), Math.min(end, size)));
  if (await letters(0, 4) !== "PAR1") {
    throw new InputError(`${name}: not a Parquet file; expected PAR1 at its beginning`);
  }
  if (size < 12 || await letters(size - 4, size) !== "PAR1") {
    throw damaged(name, "it is cut off: its end is missing");
  }
}

/** What goes wrong in decoding is the file's fault: the decoder checks little, and fails in many ways. */
async function decoding<T>(name: string, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw damaged(name, error instanceof Error ? error.message : String(error));
  }
}

/** The error for a file whose content is wrong. */
export function damaged(name: string, why: string): InputError {
  return new InputError(`${name}: damaged Parquet file: ${printable(why)}`);
}

function stringFromBytes(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new TypeError("a text is not valid UTF-8");
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
