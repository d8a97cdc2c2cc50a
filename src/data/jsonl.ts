/** @file Reading JSON Lines: one checked object a line, and an error that names file, line and field. */
import { InputError } from "../errors.ts";
import { fileReason } from "../file_reason.ts";
import { checkRow, printable, type RowSchema } from "./check_row.ts";

/** One row of a file. */
export interface JsonlRow<T> {
  /** Its line, from 1. */
  readonly line: number;
  /** Its content, as the schema gives it. */
  readonly value: T;
}

/**
 * Streams a file's rows, each checked by a schema. Blank lines are skipped, a byte-order mark is ignored.
 *
 * Throws an `InputError` that begins with `file:line:` for a line that is not UTF-8 or not JSON, and for a field that is
 * missing or of the wrong type (named); with `file:` for a file that cannot be read or has not a single row.
 *
 * @param name What an error calls the file, where that is not its path.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, '{"question":"1+1?"}\n\n{"question":"2+2?"}\n');
 * const rows = await Array.fromAsync(readJsonl(path, z.object({ question: z.string() })));
 * assertEquals(rows.map(({ line, value }) => [line, value.question]), [[1, "1+1?"], [3, "2+2?"]]);
 * ```
 */
export async function* readJsonl<T>(
  path: string,
  schema: RowSchema<T>,
  name: string = path,
): AsyncGenerator<JsonlRow<T>> {
  let rows = 0;
  for await (const { line, bytes } of readLines(path, name)) {
    const text = decode(bytes, `${name}:${line}`);
    if (text.trim() === "") continue;
    const raw = parse(text, `${name}:${line}`);
    const value = checkRow(schema, raw, `${name}:${line}`);
    rows++;
    yield { line, value };
  }
  if (rows === 0) throw new InputError(`${name}: the file has no rows; expected at least one`);
}

/** A file's lines as bytes, without their ends. */
async function* readLines(
  path: string,
  name: string,
): AsyncGenerator<{ line: number; bytes: Uint8Array }> {
  let line = 1;
  let parts: Uint8Array[] = [];
  for await (const chunk of readChunks(path, name)) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      yield { line: line++, bytes: join([...parts, chunk.subarray(start, end)]) };
      parts = [];
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  }
  if (parts.length > 0) yield { line, bytes: join(parts) };
}

async function* readChunks(path: string, name: string): AsyncGenerator<Uint8Array> {
  try {
    using file = await Deno.open(path);
    for (;;) {
      const buffer = new Uint8Array(1 << 16);
      const count = await file.read(buffer);
      if (count === null) return;
      yield buffer.subarray(0, count);
    }
  } catch (error) {
    // Everything that can fail in here is the file system; a consumer's error never comes this way.
    throw new InputError(`${name}: cannot be read: ${fileReason(error)}`);
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function decode(bytes: Uint8Array, place: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${place}: not valid UTF-8`);
  }
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${place}: not valid JSON: ${printable((error as Error).message)}`);
  }
}
