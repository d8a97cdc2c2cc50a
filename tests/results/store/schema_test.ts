import { assertThrows } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { checkSchema, formatSchema } from "../../../src/results/store/schema.ts";

Deno.test("checkSchema() takes what formatSchema() wrote", () => {
  checkSchema(formatSchema(), "schema.json");
});

Deno.test("checkSchema() refuses other versions and other files, by name", () => {
  for (
    const [text, message] of [
      ['{"version":0}', "s.json: version: found version 0, expected 1"],
      ['{"version":"1"}', "s.json: version: expected a whole number"],
      ["null", "s.json: version: expected a whole number"],
      ["{", "s.json: not JSON"],
    ] as const
  ) assertThrows(() => checkSchema(text, "s.json"), InputError, message);
});
