import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import type { JsonObject } from "../../src/policy/files.ts";
import { JsonFields } from "../../src/policy/json_fields.ts";
import { formatRope, parseRope } from "../../src/policy/rope_json.ts";

const parse = (json: JsonObject) => parseRope(new JsonFields(json, {}, "config.json"));

/** As Llama 3.1's file has it, which version 4 wrote. */
const LLAMA3 = {
  factor: 8,
  high_freq_factor: 4,
  low_freq_factor: 1,
  original_max_position_embeddings: 8192,
  rope_type: "llama3",
};
const PARSED = {
  ropeTheta: 500000,
  ropeScaling: { factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositions: 8192 },
};

Deno.test("parseRope() reads Llama 3's scaling from where either version puts it", () => {
  assertEquals(parse({ rope_theta: 500000, rope_scaling: LLAMA3 }), PARSED);
  assertEquals(parse({ rope_parameters: { ...LLAMA3, rope_theta: 500000 } }), PARSED);
  assertEquals(parse(formatRope(PARSED)), PARSED);
  const older = { ...LLAMA3, rope_type: undefined, type: "llama3" };
  assertEquals(parse({ rope_theta: 500000, rope_scaling: older }), PARSED);
});

Deno.test("parseRope() assumes what transformers assumes when the file is silent", () => {
  const plain = { ropeTheta: 10000, ropeScaling: null };
  assertEquals(parse({}), plain);
  assertEquals(parse({ rope_scaling: null, rope_parameters: { rope_type: "default" } }), plain);
});

const refused: [string, JsonObject, string][] = [
  ["another kind", { rope_type: "yarn" }, 'rope_type: expected "default" (no scaling) or "llama3"'],
  ["two kinds", { ...LLAMA3, type: "default" }, 'type: expected "llama3", as in rope_scaling.rope'],
  ["a field too many", { ...LLAMA3, attention_factor: 1 }, "attention_factor: expected nothing"],
  ["a field too few", { ...LLAMA3, factor: undefined }, "factor: expected a number, at least 1"],
  ["a factor that shrinks", { ...LLAMA3, factor: 0.5 }, "factor: expected a number, at least 1"],
  [
    "a factor as text",
    { ...LLAMA3, factor: "8" },
    'factor: expected a number, at least 1, found "8',
  ],
  ["half a position", { ...LLAMA3, original_max_position_embeddings: 1.5 }, "a whole number"],
  ["crossed bounds", { ...LLAMA3, high_freq_factor: 1 }, "high_freq_factor: expected more than"],
];
for (const [what, rope, message] of refused) {
  Deno.test(`parseRope() throws an InputError naming the field when there is ${what}`, () => {
    assertThrows(() => parse({ rope_scaling: rope }), InputError, message);
    assertThrows(() => parse({ rope_scaling: rope }), InputError, "config.json: rope_scaling.");
  });
}

Deno.test("parseRope() throws an InputError when two places contradict each other", () => {
  const both = { rope_scaling: LLAMA3, rope_parameters: { ...LLAMA3, factor: 32 } };
  assertThrows(() => parse(both), InputError, "rope_scaling: expected");
  assertThrows(
    () => parse({ rope_scaling: LLAMA3, rope_parameters: { rope_type: "default" } }),
    InputError,
    "rope_scaling: expected null, as in rope_parameters",
  );
});
