import { assertEquals } from "@std/assert";
import { allocate, bytesOf, type DType, isFloat, ONNX_TYPE } from "../../src/engine/dtype.ts";

const TYPES: [DType, number, boolean][] = [
  ["float16", 2, true],
  ["float32", 4, true],
  ["float64", 8, true],
  ["int32", 4, false],
  ["int64", 8, false],
  ["bool", 1, false],
];

for (const [dtype, bytes, float] of TYPES) {
  Deno.test(`allocate() makes zeroed arrays of ${dtype} of the size that bytesOf() says`, () => {
    const array = allocate(dtype, 3);
    assertEquals(array.byteLength, 3 * bytes);
    assertEquals(bytesOf(dtype), bytes);
    assertEquals(Array.from(array as ArrayLike<number | bigint>, Number), [0, 0, 0]);
    assertEquals(isFloat(dtype), float);
  });
}

Deno.test("ONNX_TYPE gives each type a code of its own", () => {
  assertEquals(new Set(Object.values(ONNX_TYPE)).size, TYPES.length);
});
