/** @file Checking one row of a source by a schema, with an error that names place and field. */
import { InputError } from "../errors.ts";

/** One thing that a schema found wrong; zod's issues are of this shape. */
export interface RowIssue {
  /** What kind of fault it is, e.g. `invalid_type`. */
  readonly code: string;
  /** Keys that lead to the field. */
  readonly path: readonly PropertyKey[];
  /** The fault in words. */
  readonly message: string;
}

/** What {@link checkRow} needs of a schema; every zod schema has it. */
export interface RowSchema<T> {
  /** Checks one row. */
  safeParse(row: unknown): { success: true; data: T } | {
    success: false;
    error: { issues: readonly RowIssue[] };
  };
}

/**
 * A row as a schema gives it.
 *
 * Throws an `InputError` that begins with the place and names the first field that is missing or wrong, what was expected
 * there and what was found.
 *
 * @param place Names file and row, e.g. `solutions.jsonl:7`.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { z } from "zod";
 *
 * const schema = z.object({ question: z.string() });
 * assertEquals(checkRow(schema, { question: "1+1?", n: 1 }, "a.jsonl:1"), { question: "1+1?" });
 * assertThrows(
 *   () => checkRow(schema, { question: 2 }, "a.jsonl:2"),
 *   Error,
 *   'a.jsonl:2: field "question": expected string, found the number 2',
 * );
 * ```
 */
export function checkRow<T>(schema: RowSchema<T>, row: unknown, place: string): T {
  const result = schema.safeParse(row);
  if (result.success) return result.data;
  throw new InputError(`${place}: ${describeIssue(result.error.issues[0]!, row)}`);
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

/**
 * Text from outside as an error shows it: cut to 160 characters, and without what could steer a terminal.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(printable("a\u001b[31mb"), "a [31mb");
 * ```
 */
export function printable(text: string): string {
  const short = text.length > 160 ? `${text.slice(0, 160)}…` : text;
  return short.replace(/\p{Cc}/gu, " ");
}
