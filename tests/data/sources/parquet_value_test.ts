import { assertEquals, assertThrows } from "@std/assert";
import { parquetValue } from "../../../src/data/sources/parquet_value.ts";
import { InputError } from "../../../src/errors.ts";

Deno.test("parquetValue() names the field of a date that is none", () => {
  assertEquals(parquetValue(new Date(0), "a:1", "made"), "1970-01-01T00:00:00.000Z");
  assertThrows(
    () => parquetValue([{ made: new Date(NaN) }], "a:1", "turns"),
    InputError,
    'a:1: field "turns.0.made": expected a date, found one out of range',
  );
});

Deno.test("parquetValue() keeps a column that is called as a property of every object", () => {
  const value = Object.fromEntries([["__proto__", 1n]]);
  assertEquals(Object.entries(parquetValue(value, "a:1", "x") as object), [["__proto__", 1]]);
});
