/** @file Reading JSON Lines: one checked object a line, and an error that names file, line and field. */
import { InputError } from "../errors.ts";
import { fileReason } from "../file_reason.ts";

/** One row of a file. */
export interface JsonlRow<T> {
  /** Its line, from 1. */
  readonly line: number;
  /** Its content, as the schema gives it. */
  readonly value: T;
}

/** One thing that a schema found wrong; zod's issues are of this shape. */
export interface RowIssue {
  /** What kind of fault it is, e.g. `invalid_type`. */
  readonly code: string;
  /** Keys that lead to the field. */
  readonly path: readonly PropertyKey[];
  /** The fault in words. */
  readonly message: string;
}

/** What {@link readJsonl} needs of a schema; every zod schema has it. */
export interface RowSchema<T> {
  /** Checks one row. */
  safeParse(row: unknown): { success: true; data: T } | {
    success: false;
    error: { issues: readonly RowIssue[] };
  };
}

/**
 * Streams a file's rows, each checked by a schema. Blank lines are skipped, a byte-order mark is ignored.
 *
 * Throws an `InputError` that begins with `file:line:` for a line that is not UTF-8 or not JSON, and for a field that is
 * missing or of the wrong type (named); with `file:` for a file that cannot be read or has not a single row.
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
): AsyncGenerator<JsonlRow<T>> {
  let rows = 0;
  for await (const { line, bytes } of readLines(path)) {
    const text = decode(bytes, `${path}:${line}`);
    if (text.trim() === "") continue;
    const raw = parse(text, `${path}:${line}`);
    const result = schema.safeParse(raw);
    if (!result.success) {
      throw new InputError(`${path}:${line}: ${describeIssue(result.error.issues[0]!, raw)}`);
    }
    rows++;
    yield { line, value: result.data };
  }
  if (rows === 0) throw new InputError(`${path}: the file has no rows`);
}

/** A file's lines as bytes, without their ends. */
async function* readLines(path: string): AsyncGenerator<{ line: number; bytes: Uint8Array }> {
  let line = 1;
  let parts: Uint8Array[] = [];
  for await (const chunk of readChunks(path)) {
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

async function* readChunks(path: string): AsyncGenerator<Uint8Array> {
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
    throw new InputError(`${path}: cannot be read: ${fileReason(error)}`);
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

/**
 * What a schema found wrong with a value: the field, what was expected and what is there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const issue = { code: "invalid_type", path: ["id"], message: "expected a string" };
 * assertEquals(describeIssue(issue, { id: [] }), 'field "id": expected a string, found an array');
 * ```
 */
export function describeIssue(issue: RowIssue, row: unknown): string {
  if (issue.path.length === 0) {
    return issue.code === "invalid_type"
      ? `expected an object, found ${show(row)}`
      : printable(issue.message);
  }
  const field = `field ${JSON.stringify(issue.path.map(String).join("."))}`;
  const value = issue.path.reduce<unknown>(
    (parent, key) => (parent as Record<PropertyKey, unknown> | undefined)?.[key],
    row,
  );
  if (value === undefined) {
    const keys = Object.keys(row as object).map((key) => JSON.stringify(key));
    return `${field} is missing; the row has ${printable(keys.join(", ")) || "no fields"}`;
  }
  // Zod names the type that it found; the value says more.
  const expected = issue.message.replace(/^Invalid input: /, "").replace(/, received \w+$/, "");
  return `${field}: ${expected}, found ${show(value)}`;
}

function show(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  return `the ${typeof value} ${printable(JSON.stringify(value))}`;
}

/** Text from a file, cut short and without what could steer a terminal. */
function printable(text: string): string {
  const short = text.length > 160 ? `${text.slice(0, 160)}…` : text;
  return short.replace(/\p{Cc}/gu, " ");
}
