/** @file Parquet's values as those of JSON. */
import { InputError } from "../../errors.ts";

/**
 * A decoded Parquet value as JSON has it: 64-bit integers become numbers, absent values null, dates ISO 8601 text. Bytes of
 * binary columns stay bytes. A field of a struct or a list keeps its place.
 *
 * Throws an `InputError` that names the field for an integer beyond ±(2⁵³ − 1), which a number would change, and for a date
 * that is none.
 *
 * @param place Names file and row.
 * @param field Name of the column.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parquetValue([{ turn: 3n, text: undefined }], "a.parquet:1", "m"), [{ turn: 3, text: null }]);
 * assertThrows(() => parquetValue({ hash: 2n ** 60n }, "a.parquet:1", "m"), Error, 'field "m.hash"');
 * ```
 */
export function parquetValue(value: unknown, place: string, field: string): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw new InputError(
      `${place}: field "${field}": expected an integer within ±${Number.MAX_SAFE_INTEGER}, found ${value}`,
    );
  }
  if (value instanceof Date) {
    if (!Number.isNaN(value.getTime())) return value.toISOString();
    throw new InputError(`${place}: field "${field}": expected a date, found one out of range`);
  }
  if (typeof value !== "object" || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) {
    return value.map((item, at) => parquetValue(item, place, `${field}.${at}`));
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, parquetValue(item, place, `${field}.${key}`)]),
  );
}
