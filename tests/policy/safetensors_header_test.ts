import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { parseSafetensorsHeader } from "../../src/policy/safetensors_header.ts";

const parse = (header: string, bytes: number) =>
  parseSafetensorsHeader(new TextEncoder().encode(header), bytes, "m.safetensors");
const tensor = (shape: unknown, begin: unknown, end: unknown, dtype: unknown = "F32") => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

Deno.test("parseSafetensorsHeader() gives the tensors in the order of their places", () => {
  const entries = parse(
    JSON.stringify({
      b: tensor([2], 4, 8, "BF16"),
      __metadata__: { format: "pt" },
      empty: tensor([0, 3], 4, 4),
      a: tensor([], 0, 4),
    }) + "   ",
    8,
  );
  assertEquals([...entries], [
    ["a", { dtype: "F32", shape: [], begin: 0, bytes: 4 }],
    ["empty", { dtype: "F32", shape: [0, 3], begin: 4, bytes: 0 }],
    ["b", { dtype: "BF16", shape: [2], begin: 4, bytes: 4 }],
  ]);
});

const hostile: [string, unknown, number, string][] = [
  ["a gap", { a: tensor([1], 0, 4), b: tensor([1], 8, 12) }, 12, "tensor b: data_offsets"],
  ["a gap at the start", { a: tensor([1], 4, 8) }, 8, "tensor a: data_offsets: expected a start"],
  ["an overlap", { a: tensor([2], 0, 8), b: tensor([1], 4, 8) }, 8, "tensor b: data_offsets"],
  ["two tensors in one place", { a: tensor([1], 0, 4), b: tensor([1], 0, 4) }, 4, "tensor b"],
  ["data left over", { a: tensor([1], 0, 4) }, 8, "expected 4 bytes of data"],
  ["data missing", { a: tensor([4], 0, 16) }, 8, "expected 16 bytes of data"],
  ["a length that is not the shape's", { a: tensor([2], 0, 4) }, 4, "expected 8 bytes for F32 [2]"],
  ["offsets reversed", { a: tensor([1], 4, 0) }, 4, "data_offsets: expected [begin, end]"],
  ["a negative offset", { a: tensor([1], -4, 0) }, 4, "data_offsets: expected [begin, end]"],
  ["a fraction", { a: tensor([1], 0.5, 4.5) }, 4, "data_offsets: expected [begin, end]"],
  ["three offsets", { a: { dtype: "F32", shape: [1], data_offsets: [0, 4, 4] } }, 4, "data_off"],
  ["no offsets", { a: { dtype: "F32", shape: [1] } }, 4, "data_offsets"],
  ["a negative axis", { a: tensor([-1], 0, 4) }, 4, "shape: expected non-negative integers"],
  ["axes that overflow", { a: tensor([2 ** 53 - 1, 2 ** 53 - 1], 0, 4) }, 4, "data_offsets"],
  ["a huge axis", { a: tensor([1e300], 0, 4) }, 4, "shape: expected"],
  ["a shape as text", { a: tensor("1", 0, 4) }, 4, "shape: expected"],
  ["another type", { a: tensor([1], 0, 8, "I64") }, 8, "tensor a: dtype: expected F16, BF16, F32"],
  ["a type of Object's", { a: tensor([1], 0, 4, "constructor") }, 4, "tensor a: dtype"],
  ["a tensor that is null", { a: null }, 0, "tensor a: dtype"],
  ["a tensor that is a number", { a: 3 }, 0, "tensor a: dtype"],
  ["a list", [], 0, "header: expected a JSON object"],
];
for (const [what, header, bytes, message] of hostile) {
  Deno.test(`parseSafetensorsHeader() throws an InputError when there is ${what}`, () => {
    const run = () => parse(JSON.stringify(header), bytes);
    assertThrows(run, InputError, message);
    assertThrows(run, InputError, "m.safetensors: ");
  });
}

Deno.test("parseSafetensorsHeader() throws when a name is there twice", () => {
  const one = JSON.stringify(tensor([1], 0, 4));
  assertThrows(() => parse(`{"a": ${one}, "\\u0061": ${one}}`, 4), InputError, "found a twice");
  const field = '{"a": {"dtype": "F16", "dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}';
  assertThrows(() => parse(field, 4), InputError, "found dtype twice");
});

Deno.test("parseSafetensorsHeader() throws when the header is not JSON in UTF-8", () => {
  assertThrows(() => parse("", 0), InputError, "header: expected JSON");
  assertThrows(() => parse('{"a": ', 0), InputError, "header: expected JSON");
  assertThrows(
    () => parseSafetensorsHeader(Uint8Array.of(0x7b, 0xff, 0x7d), 0, "m.safetensors"),
    InputError,
    "header: expected UTF-8",
  );
});
