/** @file JSON in one spelling only, to hash and to compare. */

/**
 * JSON with sorted keys and no spaces, as RFC 8785 has it: equal values have equal texts. Keys whose value is `undefined` are left out, as
 * JSON does; what JSON cannot say (functions, NaN, infinities) is an error, because a hash of it would mean nothing.
 * Lone surrogates, which the RFC refuses, are escaped: a model's text may hold them.
 *
 * @throws {TypeError} On a value that is not plain JSON.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(canonical({ b: [1, 1e3], a: "x" }), '{"a":"x","b":[1,1000]}');
 * ```
 */
export function canonical(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") {
    return JSON.stringify(value);
  }
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const plain = typeof value === "object" &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value));
  if (!plain) throw new TypeError(`not plain JSON: ${String(value)}`);
  const entries = Object.entries(value as object).filter(([, v]) => v !== undefined)
    .sort(([a], [b]) => a < b ? -1 : 1);
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(",")}}`;
}
