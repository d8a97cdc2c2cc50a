import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { describeJson, parseJsonObject } from "../../src/policy/files.ts";

Deno.test("describeJson() cuts a long value", () => {
  assertEquals(describeJson(NaN), "NaN");
  assertEquals(describeJson(null), "null");
  assertEquals(describeJson("x".repeat(200)).length, 80);
});

Deno.test("parseJsonObject() throws an InputError naming the file when there is no object", () => {
  for (const text of ["", "{", "[]", "null", "3", '"a"']) {
    assertThrows(() => parseJsonObject(text, "a.json"), InputError, "a.json: expected ");
  }
});
