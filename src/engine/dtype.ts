/** @file Element types: their ONNX codes, and the typed arrays that hold them. */

/** Element type of a tensor. */
export type DType = "float16" | "float32" | "float64" | "int32" | "int64" | "bool";

/** The typed array that holds elements of each type; `bool` takes a byte each. */
export interface ArrayOf {
  /** 16-bit floating point. */
  float16: Float16Array<ArrayBuffer>;
  /** 32-bit floating point. */
  float32: Float32Array<ArrayBuffer>;
  /** 64-bit floating point. */
  float64: Float64Array<ArrayBuffer>;
  /** 32-bit integers. */
  int32: Int32Array<ArrayBuffer>;
  /** 64-bit integers. */
  int64: BigInt64Array<ArrayBuffer>;
  /** One byte an element, 0 or 1. */
  bool: Uint8Array<ArrayBuffer>;
}

/** `TensorProto.DataType` of onnx.proto. */
export const ONNX_TYPE: Readonly<Record<DType, number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};

const BYTES: Readonly<Record<DType, number>> = {
  float16: 2,
  float32: 4,
  float64: 8,
  int32: 4,
  int64: 8,
  bool: 1,
};

/**
 * Bytes that one element takes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(bytesOf("int64"), 8);
 * ```
 */
export function bytesOf(dtype: DType): number {
  return BYTES[dtype];
}

/**
 * A zeroed array of `length` elements. Its memory is outside V8's heap from the start: the engine hands out addresses
 * into it, and V8 moves the elements of small typed arrays that are made without a buffer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(allocate("float32", 3), new Float32Array(3));
 * ```
 */
export function allocate<D extends DType>(dtype: D, length: number): ArrayOf[D] {
  const buffer = new ArrayBuffer(length * BYTES[dtype]);
  const arrays = {
    float16: () => new Float16Array(buffer),
    float32: () => new Float32Array(buffer),
    float64: () => new Float64Array(buffer),
    int32: () => new Int32Array(buffer),
    int64: () => new BigInt64Array(buffer),
    bool: () => new Uint8Array(buffer),
  };
  return arrays[dtype]() as ArrayOf[D];
}

/**
 * Whether gradients flow through tensors of this type.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([isFloat("float64"), isFloat("int32")], [true, false]);
 * ```
 */
export function isFloat(dtype: DType): boolean {
  return dtype === "float16" || dtype === "float32" || dtype === "float64";
}
