/** @file Reading the JSON files of a policy folder. */

import { InputError } from "../errors.ts";

/** A JSON object whose fields are not yet checked. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Names a JSON value in an error message, cut to a readable length.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(describeJson("gelu"), '"gelu"');
 * assertEquals(describeJson(undefined), "nothing");
 * ```
 */
export function describeJson(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/**
 * Parses a JSON object. Throws {@link InputError}, naming `file`, when the text is anything else.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseJsonObject('{"a": 1}', "config.json"), { a: 1 });
 * ```
 */
export function parseJsonObject(text: string, file: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: expected JSON: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InputError(`${file}: expected a JSON object, found ${describeJson(value)}`);
  }
  return value as JsonObject;
}
