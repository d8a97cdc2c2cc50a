/** @file Reading the fields of a JSON object with errors that say which one is wrong. */

import { InputError } from "../errors.ts";
import { describeJson, type JsonObject } from "./files.ts";

/**
 * The fields of one JSON object. Every reader throws {@link InputError} naming the file, the field, what was expected
 * and what was found.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const fields = new JsonFields({ layers: 2, width: "wide" }, { heads: 4 }, "config.json");
 * assertEquals(fields.size("layers"), 2);
 * assertEquals(fields.size("heads"), 4);
 * assertThrows(
 *   () => fields.size("width"),
 *   Error,
 *   'config.json: width: expected a positive integer, found "wide"',
 * );
 * ```
 */
export class JsonFields {
  readonly #raw: JsonObject;
  readonly #defaults: JsonObject;
  readonly #file: string;

  /**
   * Wraps an object.
   *
   * @param raw The object.
   * @param defaults Values of the fields that it lacks.
   * @param file What error messages name.
   */
  constructor(raw: JsonObject, defaults: JsonObject, file: string) {
    this.#raw = raw;
    this.#defaults = defaults;
    this.#file = file;
  }

  /** A field as it stands; undefined where neither the object nor the defaults have it. */
  get(name: string): unknown {
    return this.#raw[name] === undefined ? this.#defaults[name] : this.#raw[name];
  }

  /** Throws the error about a field. */
  fail(name: string, expected: string, found: unknown = this.get(name)): never {
    const message = `${name}: expected ${expected}, found ${describeJson(found)}`;
    throw new InputError(`${this.#file}: ${message}`);
  }

  /** A positive integer. */
  size(name: string): number {
    const value = this.get(name);
    if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
    return this.fail(name, "a positive integer");
  }

  /** A positive integer, or `otherwise` where the field is absent or null. */
  sizeOr(name: string, otherwise: number): number {
    return (this.get(name) ?? null) === null ? otherwise : this.size(name);
  }

  /** A positive number, or `otherwise` where the field is absent or null. */
  number(name: string, otherwise: number): number {
    const value = this.get(name) ?? otherwise;
    if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
    return this.fail(name, "a positive number");
  }

  /** A boolean; false where the field is absent or null. */
  flag(name: string): boolean {
    const value = this.get(name) ?? false;
    return typeof value === "boolean" ? value : this.fail(name, "true or false");
  }

  /** An object; empty where the field is absent or null. */
  object(name: string): JsonObject {
    const value = this.get(name) ?? {};
    if (typeof value === "object" && !Array.isArray(value)) return value as JsonObject;
    return this.fail(name, "an object");
  }

  /** Token ids: a list, one id, or none where the field is absent or null. */
  ids(name: string): number[] {
    const value = this.get(name) ?? [];
    return (Array.isArray(value) ? value : [value]).map((id) =>
      Number.isSafeInteger(id) && id >= 0 ? id as number : this.fail(name, "a token id")
    );
  }

  /** One token id, or null. */
  id(name: string): number | null {
    const ids = this.ids(name);
    return ids.length <= 1 ? ids[0] ?? null : this.fail(name, "one token id or null");
  }
}
