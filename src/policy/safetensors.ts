/** @file Reading and writing safetensors files. */

import { InputError } from "../errors.ts";
import { replaceWhole } from "../files.ts";
import {
  parseSafetensorsHeader,
  type SafetensorsDtype,
  type TensorEntry,
} from "./safetensors_header.ts";

/** A named weight in memory. */
export interface RawTensor {
  /** Length of each axis; empty for a scalar. */
  readonly shape: readonly number[];
  /** The elements, last axis fastest. */
  readonly data: Float32Array<ArrayBuffer>;
}

/** The reference implementation refuses longer headers too. */
const MAX_HEADER_BYTES = 100_000_000;

/** Reads `length` bytes from `offset`; fewer where the file ends before. */
async function readBytes(file: Deno.FsFile, offset: number, length: number) {
  const bytes = new Uint8Array(length);
  await file.seek(offset, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < length) {
    const count = await file.read(bytes.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

/** Writes all of `bytes`. */
async function writeBytes(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}

async function openFile(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path);
  } catch (error) {
    throw new InputError(`${path}: cannot be read: ${(error as Error).message}`);
  }
}

/** Widens raw elements to float32 (float64 is rounded). Every platform that Deno runs on is little-endian, as the format is. */
function toFloat32({ buffer }: Uint8Array<ArrayBuffer>, dtype: SafetensorsDtype) {
  switch (dtype) {
    case "F32":
      return new Float32Array(buffer);
    case "F64":
      return Float32Array.from(new Float64Array(buffer));
    case "F16":
      return Float32Array.from(new Float16Array(buffer));
    case "BF16": {
      // A bfloat16 is the upper half of a float32.
      return new Float32Array(
        Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer,
      );
    }
  }
}

/**
 * A safetensors file whose header has been read and checked. Its tensors are read one at a time, each into memory of its
 * own, so a file may be larger than what is wanted of it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await writeSafetensors(path, new Map([["w", { shape: [2, 1], data: Float32Array.of(1, 2) }]]));
 * const file = await SafetensorsFile.open(path);
 * assertEquals(file.entries.get("w")?.shape, [2, 1]);
 * assertEquals((await file.read("w")).data, Float32Array.of(1, 2));
 * await Deno.remove(path);
 * ```
 */
export class SafetensorsFile {
  /** The file. */
  readonly path: string;
  /** Its tensors by name, in the order of their places. */
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly #dataStart: number;

  private constructor(path: string, entries: Map<string, TensorEntry>, dataStart: number) {
    this.path = path;
    this.entries = entries;
    this.#dataStart = dataStart;
  }

  /** Reads and checks a header. Throws {@link InputError} where the file is missing or malformed. */
  static async open(path: string): Promise<SafetensorsFile> {
    using file = await openFile(path);
    const { size } = await file.stat();
    if (size < 8) throw new InputError(`${path}: expected at least 8 bytes, found ${size}`);
    const first = await readBytes(file, 0, 8);
    const headerBytes = Number(new DataView(first.buffer).getBigUint64(0, true));
    const most = Math.min(MAX_HEADER_BYTES, size - 8);
    if (headerBytes > most) {
      throw new InputError(
        `${path}: header length: expected at most ${most} bytes, found ${headerBytes}`,
      );
    }
    const dataStart = 8 + headerBytes;
    const header = await readBytes(file, 8, headerBytes);
    return new SafetensorsFile(
      path,
      parseSafetensorsHeader(header, size - dataStart, path),
      dataStart,
    );
  }

  /** Reads one tensor as float32. Throws {@link InputError} where the file has none of this name. */
  async read(name: string): Promise<RawTensor> {
    const entry = this.entries.get(name);
    if (entry === undefined) throw new InputError(`${this.path}: no tensor ${name}`);
    using file = await openFile(this.path);
    const raw = await readBytes(file, this.#dataStart + entry.begin, entry.bytes);
    if (raw.length !== entry.bytes) {
      throw new InputError(
        `${this.path}: tensor ${name}: expected ${entry.bytes} bytes, found ${raw.length}`,
      );
    }
    return { shape: entry.shape, data: toFloat32(raw, entry.dtype) };
  }
}

/**
 * Writes float32 tensors, in the map's order. The file appears under its name when it is whole.
 *
 * @param path The file; one that is there is replaced.
 * @param tensors The tensors by name.
 * @throws {RangeError} where a tensor has not as many elements as its shape says.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await writeSafetensors(path, new Map([["w", { shape: [1], data: Float32Array.of(7) }]]));
 * assertEquals((await Deno.stat(path)).size % 4, 0);
 * await Deno.remove(path);
 * ```
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, RawTensor>,
): Promise<void> {
  const header: [string, unknown][] = [["__metadata__", { format: "pt" }]];
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    const length = shape.reduce((product, axis) => product * axis, 1);
    if (length !== data.length || name === "__metadata__") {
      throw new RangeError(
        `tensor ${name}: expected ${length} elements for its shape, found ${data.length}`,
      );
    }
    header.push([name, {
      dtype: "F32",
      shape,
      data_offsets: [end, end + data.byteLength],
    }]);
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Spaces after the JSON align the data to 8 bytes.
  const head = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - 8), true);
  head.set(json, 8);
  await replaceWhole(path, async (temporary) => {
    using file = await Deno.open(temporary, { write: true, createNew: true });
    await writeBytes(file, head);
    for (const { data } of tensors.values()) {
      await writeBytes(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
    await file.syncData();
  });
}
