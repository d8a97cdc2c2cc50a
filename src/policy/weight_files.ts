/** @file The weights of a policy folder: one safetensors file, or several shards and their index. */

import { InputError } from "../errors.ts";
import { readTextIfPresent, replaceWhole } from "../files.ts";
import { describeJson, type JsonObject, parseJsonObject } from "./files.ts";
import { type RawTensor, SafetensorsFile, writeSafetensors } from "./safetensors.ts";
import type { TensorEntry } from "./safetensors_header.ts";

/** Name of weights that are one file. */
const WHOLE = "model.safetensors";
/** Name of the file that says which shard holds which tensor. */
const INDEX = "model.safetensors.index.json";

/** Where shards end unless said otherwise: what `transformers` 4 and the Hub's guides take. */
const MAX_SHARD_BYTES = 5e9;

async function isFile(path: string): Promise<boolean> {
  return (await Deno.stat(path).catch(() => null))?.isFile ?? false;
}

/** Which shard holds which tensor. */
function parseIndex(text: string, file: string): Map<string, string> {
  const map = parseJsonObject(text, file)["weight_map"];
  if (typeof map !== "object" || map === null || Array.isArray(map)) {
    throw new InputError(`${file}: weight_map: expected an object, found ${describeJson(map)}`);
  }
  const shards = new Map<string, string>();
  for (const [tensor, shard] of Object.entries(map as JsonObject)) {
    // A name with a slash could lead out of the folder.
    if (typeof shard !== "string" || !/^[^/\\]+\.safetensors$/.test(shard)) {
      throw new InputError(
        `${file}: weight_map.${tensor}: expected the name of a .safetensors file, found ${
          describeJson(shard)
        }`,
      );
    }
    shards.set(tensor, shard);
  }
  return shards;
}

/**
 * The shards that an index names, in its order.
 *
 * @param text The index.
 * @param file Names it in an error.
 * @throws {InputError} where it is malformed, or a name leads out of the folder.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const index = '{"weight_map": {"a": "1.safetensors", "b": "2.safetensors", "c": "1.safetensors"}}';
 * assertEquals([...shardNames(index, "index")], ["1.safetensors", "2.safetensors"]);
 * ```
 */
export function shardNames(text: string, file: string): ReadonlySet<string> {
  return new Set(parseIndex(text, file).values());
}

/**
 * The weights of one folder, whose headers have been read and checked. Where there is one whole file, an index is not looked
 * at, as in `transformers`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * const tensors = new Map(["a", "b"].map((name) => [name, { shape: [2], data: Float32Array.of(1, 2) }]));
 * await writeWeights(dir, tensors, 8);
 * const weights = await WeightFiles.open(dir);
 * assertEquals([...weights.entries.keys()], ["a", "b"]);
 * assertEquals((await weights.read("b")).data, Float32Array.of(1, 2));
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export class WeightFiles {
  /** The file that says what there is: the whole one, or the index. */
  readonly path: string;
  /** The tensors by name, shard by shard. */
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly #fileOf: ReadonlyMap<string, SafetensorsFile>;

  private constructor(path: string, fileOf: Map<string, SafetensorsFile>) {
    this.path = path;
    this.entries = new Map([...fileOf].map(([name, file]) => [name, file.entries.get(name)!]));
    this.#fileOf = fileOf;
  }

  /**
   * Reads and checks the headers.
   *
   * @throws {InputError} where there are no weights, a shard is missing, a file is malformed, or index and shards disagree.
   */
  static async open(dir: string): Promise<WeightFiles> {
    const whole = `${dir}/${WHOLE}`;
    if (await isFile(whole)) {
      const file = await SafetensorsFile.open(whole);
      return new WeightFiles(whole, new Map([...file.entries.keys()].map((name) => [name, file])));
    }
    const path = `${dir}/${INDEX}`;
    const text = await readTextIfPresent(path);
    if (text === null) {
      throw new InputError(`${whole}: no such file, nor is there ${INDEX}; expected one of them`);
    }
    const shardOf = parseIndex(text, path);
    const fileOf = new Map<string, SafetensorsFile>();
    for (const shard of new Set(shardOf.values())) {
      if (!await isFile(`${dir}/${shard}`)) {
        const held = [...shardOf].filter(([, file]) => file === shard);
        throw new InputError(
          `${dir}/${shard}: no such file; ${INDEX} has ${held.length} tensors in it, ${
            held[0]![0]
          } first`,
        );
      }
      const file = await SafetensorsFile.open(`${dir}/${shard}`);
      for (const name of file.entries.keys()) {
        if (shardOf.get(name) !== shard) {
          const expected = shardOf.has(name) ? `in ${shardOf.get(name)}` : "nowhere";
          throw new InputError(`${file.path}: tensor ${name}: ${INDEX} has it ${expected}`);
        }
        fileOf.set(name, file);
      }
    }
    for (const [name, shard] of shardOf) {
      if (fileOf.has(name)) continue;
      throw new InputError(`${path}: weight_map.${name}: ${shard} has no such tensor`);
    }
    return new WeightFiles(path, fileOf);
  }

  /** Reads one tensor as float32. Throws {@link InputError} where there is none of this name. */
  read(name: string): Promise<RawTensor> {
    return this.#file(name).read(name);
  }

  /** One tensor in pieces, see {@link SafetensorsFile.pieces}. */
  pieces(name: string): AsyncGenerator<Float32Array<ArrayBuffer>> {
    return this.#file(name).pieces(name);
  }

  #file(name: string): SafetensorsFile {
    const file = this.#fileOf.get(name);
    if (file === undefined) throw new InputError(`${this.path}: no tensor ${name}`);
    return file;
  }
}

/**
 * Writes weights into a folder: one file, or, where that would be larger than a shard may be, shards in the map's order and
 * their index. A tensor is never divided.
 *
 * @param dir The folder, which exists and has no weights.
 * @param maxShardBytes Most bytes of the tensors in one file: hosts and file systems refuse files that are too large, and a
 *   download that breaks off loses one shard only.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * await writeWeights(dir, new Map([["a", { shape: [1], data: Float32Array.of(1) }]]));
 * assertEquals((await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name), ["model.safetensors"]);
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function writeWeights(
  dir: string,
  tensors: ReadonlyMap<string, RawTensor>,
  maxShardBytes: number = MAX_SHARD_BYTES,
): Promise<void> {
  const shards: Map<string, RawTensor>[] = [new Map()];
  let [filled, elements] = [0, 0];
  for (const [name, tensor] of tensors) {
    const size = tensor.shape.reduce((product, axis) => product * axis, 1);
    if (filled > 0 && filled + 4 * size > maxShardBytes) {
      shards.push(new Map());
      filled = 0;
    }
    shards.at(-1)!.set(name, tensor);
    filled += 4 * size;
    elements += size;
  }
  if (shards.length === 1) return await writeSafetensors(`${dir}/${WHOLE}`, tensors);
  const number = (n: number) => String(n).padStart(5, "0");
  const weightMap: Record<string, string> = {};
  for (const [i, shard] of shards.entries()) {
    const file = `model-${number(i + 1)}-of-${number(shards.length)}.safetensors`;
    await writeSafetensors(`${dir}/${file}`, shard);
    for (const name of shard.keys()) weightMap[name] = file;
  }
  const metadata = { total_parameters: elements, total_size: 4 * elements };
  const index = `${JSON.stringify({ metadata, weight_map: weightMap }, null, 2)}\n`;
  await replaceWhole(`${dir}/${INDEX}`, (temporary) => Deno.writeTextFile(temporary, index));
}
