/** @file The header of a safetensors file (https://github.com/huggingface/safetensors, section "Format"). */

import { InputError } from "../errors.ts";
import { duplicateKey } from "./duplicate_key.ts";
import { describeJson, type JsonObject, parseJsonObject } from "./files.ts";

/** Element types that can be read; all become float32. */
export type SafetensorsDtype = "F16" | "BF16" | "F32" | "F64";

/** Where one tensor lies in its file. */
export interface TensorEntry {
  /** Element type in the file. */
  readonly dtype: SafetensorsDtype;
  /** Length of each axis. */
  readonly shape: readonly number[];
  /** First byte, counted from the end of the header. */
  readonly begin: number;
  /** Length in bytes. */
  readonly bytes: number;
}

/** Bytes of an element. */
export const DTYPE_BYTES: Readonly<Record<SafetensorsDtype, number>> = {
  F16: 2,
  BF16: 2,
  F32: 4,
  F64: 8,
};

const isIndex = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

/** Checks one entry of the header by itself. */
function parseEntry(entry: unknown, where: string): TensorEntry {
  const { dtype, shape, data_offsets } = (entry ?? {}) as JsonObject;
  if (typeof dtype !== "string" || !Object.hasOwn(DTYPE_BYTES, dtype)) {
    const expected = Object.keys(DTYPE_BYTES).join(", ");
    throw new InputError(`${where}: dtype: expected ${expected}, found ${describeJson(dtype)}`);
  }
  if (!Array.isArray(shape) || !shape.every(isIndex)) {
    throw new InputError(
      `${where}: shape: expected non-negative integers, found ${describeJson(shape)}`,
    );
  }
  const offsets: unknown[] = Array.isArray(data_offsets) ? data_offsets : [];
  const [begin, end] = offsets;
  if (offsets.length !== 2 || !isIndex(begin) || !isIndex(end) || end < begin) {
    throw new InputError(
      `${where}: data_offsets: expected [begin, end], found ${describeJson(data_offsets)}`,
    );
  }
  const bytes = shape.reduce((product, length) => product * length, 1) *
    DTYPE_BYTES[dtype as SafetensorsDtype];
  if (bytes !== end - begin) {
    const expected = `${bytes} bytes for ${dtype} ${describeJson(shape)}`;
    throw new InputError(`${where}: data_offsets: expected ${expected}, found ${end - begin}`);
  }
  return { dtype: dtype as SafetensorsDtype, shape, begin, bytes };
}

/**
 * Checks the header of a safetensors file: every tensor's type, shape and place. As in the reference implementation, the
 * tensors must cover the data exactly, without a gap, an overlap or a byte left over.
 *
 * @param header The header's bytes: UTF-8 JSON.
 * @param dataBytes Length of what follows the header in the file.
 * @param path What error messages name.
 * @returns The entries by name, in the order of their places.
 * @throws {InputError} naming the file and the tensor, where the header is malformed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const header = '{"w": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]}}';
 * const entries = parseSafetensorsHeader(new TextEncoder().encode(header), 8, "model.safetensors");
 * assertEquals(entries.get("w"), { dtype: "F32", shape: [2, 1], begin: 0, bytes: 8 });
 * ```
 */
export function parseSafetensorsHeader(
  header: Uint8Array<ArrayBuffer>,
  dataBytes: number,
  path: string,
): Map<string, TensorEntry> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(header);
  } catch {
    throw new InputError(`${path}: header: expected UTF-8 text`);
  }
  const json = parseJsonObject(text, `${path}: header`);
  const duplicate = duplicateKey(text);
  if (duplicate !== null) {
    throw new InputError(`${path}: header: expected each key once, found ${duplicate} twice`);
  }
  const entries = Object.entries(json).filter(([name]) => name !== "__metadata__")
    .map(([name, entry]) => [name, parseEntry(entry, `${path}: tensor ${name}`)] as const)
    // An empty tensor comes before the one that begins where it does.
    .sort(([, a], [, b]) => a.begin - b.begin || a.bytes - b.bytes);
  let end = 0;
  for (const [name, { begin, bytes }] of entries) {
    if (begin !== end) {
      const expected = `a start at ${end}, where the tensor before it ends`;
      throw new InputError(
        `${path}: tensor ${name}: data_offsets: expected ${expected}, found ${begin}`,
      );
    }
    end += bytes;
  }
  if (end !== dataBytes) {
    throw new InputError(
      `${path}: expected ${end} bytes of data, as the header says, found ${dataBytes}`,
    );
  }
  return new Map(entries);
}
