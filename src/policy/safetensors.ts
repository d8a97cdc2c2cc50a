/** @file Reading and writing safetensors files. */

import { InputError } from "../errors.ts";
import { replaceWhole } from "../files.ts";
import {
  DTYPE_BYTES,
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

/** Most bytes of a file that are read at once. */
const PIECE_BYTES = 2 ** 22;

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

/** Elements of a shape. */
const sizeOf = (shape: readonly number[]) => shape.reduce((product, axis) => product * axis, 1);

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
      return new Float32Array(new Float64Array(buffer));
    case "F16":
      return new Float32Array(new Float16Array(buffer));
    case "BF16": {
      // A bfloat16 is the upper half of a float32.
      const halves = new Uint16Array(buffer);
      const bits = new Uint32Array(halves.length);
      for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
      return new Float32Array(bits.buffer);
    }
  }
}

/**
 * A safetensors file whose header has been read and checked. Its tensors are read one at a time, whole or in pieces, so a
 * file may be larger than what is wanted of it.
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
    const { shape } = this.#entry(name);
    const data = new Float32Array(sizeOf(shape));
    let filled = 0;
    for await (const piece of this.pieces(name)) {
      data.set(piece, filled);
      filled += piece.length;
    }
    return { shape, data };
  }

  /**
   * One tensor as float32, in pieces of whole rows (all that lies at one place of the first axis), a few megabytes each: what
   * has it all in another layout needs no second copy. Throws {@link InputError} as {@link read}.
   */
  async *pieces(name: string): AsyncGenerator<Float32Array<ArrayBuffer>> {
    const { shape, dtype, begin, bytes } = this.#entry(name);
    const row = DTYPE_BYTES[dtype] * sizeOf(shape.slice(1));
    const most = row * Math.max(1, Math.floor(PIECE_BYTES / row));
    using file = await openFile(this.path);
    for (let at = 0; at < bytes; at += most) {
      const wanted = Math.min(most, bytes - at);
      const raw = await readBytes(file, this.#dataStart + begin + at, wanted);
      if (raw.length !== wanted) {
        throw new InputError(
          `${this.path}: tensor ${name}: expected ${bytes} bytes, found ${at + raw.length}`,
        );
      }
      yield toFloat32(raw, dtype);
    }
  }

  #entry(name: string): TensorEntry {
    const entry = this.entries.get(name);
    if (entry === undefined) throw new InputError(`${this.path}: no tensor ${name}`);
    return entry;
  }
}

/**
 * Writes float32 tensors, in the map's order. The file appears under its name when it is whole. Each tensor's `data` is asked
 * for once, when its turn has come, so that it may be made then.
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
  for (const [name, { shape }] of tensors) {
    if (name === "__metadata__") throw new RangeError(`tensor ${name}: a name that is taken`);
    const bytes = 4 * sizeOf(shape);
    header.push([name, { dtype: "F32", shape, data_offsets: [end, end + bytes] }]);
    end += bytes;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Spaces after the JSON align the data to 8 bytes.
  const head = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - 8), true);
  head.set(json, 8);
  await replaceWhole(path, async (temporary) => {
    using file = await Deno.open(temporary, { write: true, createNew: true });
    await writeBytes(file, head);
    for (const [name, tensor] of tensors) {
      const { data } = tensor;
      if (sizeOf(tensor.shape) !== data.length) {
        throw new RangeError(
          `tensor ${name}: expected ${
            sizeOf(tensor.shape)
          } elements for its shape, found ${data.length}`,
        );
      }
      await writeBytes(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  });
}
