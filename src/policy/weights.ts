/** @file A policy's weights in the engine's layout, and their way from and to Hugging Face's. */
import { allocate } from "../engine/dtype.ts";
import { HostTensor } from "../engine/ort/ort.ts";
import { Rng } from "../random/rng.ts";
import { parameterShapes, type PolicyConfig } from "./config.ts";
import type { RawTensor } from "./safetensors.ts";

/** One of the engine's parameters, and the Hugging Face tensors that it is made of. */
export interface ParameterLayout {
  /** Name in the engine. */
  readonly name: string;
  /** Shape in the engine: `[in, out]` for a projection. */
  readonly shape: readonly number[];
  /** Hugging Face names, side by side along `out`. */
  readonly parts: readonly string[];
  /** Whether the parts are stored as `[out, in]`. */
  readonly transposed: boolean;
}

/**
 * The engine's parameters: query, key and value projections are one matrix, and so are the gate and the way up,
 * because one large product is faster than three small ones.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "./config_json.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const qkv = parameterLayout(config).find(({ name }) => name === "layers.0.qkv")!;
 * assertEquals(qkv.shape, [16, 48]);
 * assertEquals(qkv.parts.length, 3);
 * ```
 */
export function parameterLayout(config: PolicyConfig): ParameterLayout[] {
  const shapes = new Map(parameterShapes(config).map((p) => [p.name, p.shape]));
  const layout = (name: string, parts: string[], transposed: boolean): ParameterLayout => {
    const found = parts.map((part) => shapes.get(part)!);
    const out = found.reduce((total, shape) => total + shape[0]!, 0);
    const inner = found[0]!.slice(1);
    return { name, parts, transposed, shape: transposed ? [...inner, out] : [out, ...inner] };
  };
  const all = [layout("embedding", ["model.embed_tokens.weight"], false)];
  for (let i = 0; i < config.layers; i++) {
    const hf = `model.layers.${i}`;
    const qkv = ["q", "k", "v"].map((p) => `${hf}.self_attn.${p}_proj`);
    all.push(
      layout(`layers.${i}.norm1`, [`${hf}.input_layernorm.weight`], false),
      layout(`layers.${i}.qkv`, qkv.map((p) => `${p}.weight`), true),
      ...(config.attentionBias
        ? [layout(`layers.${i}.qkvBias`, qkv.map((p) => `${p}.bias`), false)]
        : []),
      ...(config.qkNorm
        ? (["q", "k"] as const).map((p) =>
          layout(`layers.${i}.${p}Norm`, [`${hf}.self_attn.${p}_norm.weight`], false)
        )
        : []),
      layout(`layers.${i}.out`, [`${hf}.self_attn.o_proj.weight`], true),
      layout(`layers.${i}.norm2`, [`${hf}.post_attention_layernorm.weight`], false),
      layout(
        `layers.${i}.gateUp`,
        [`${hf}.mlp.gate_proj.weight`, `${hf}.mlp.up_proj.weight`],
        true,
      ),
      layout(`layers.${i}.down`, [`${hf}.mlp.down_proj.weight`], true),
    );
  }
  all.push(layout("norm", ["model.norm.weight"], false));
  if (!config.tieWordEmbeddings) all.push(layout("head", ["lm_head.weight"], false));
  return all;
}

/** Weights in the engine's layout, by the names of {@link parameterLayout}. */
export type Weights = ReadonlyMap<string, HostTensor<"float32">>;

/** Gives a tensor's elements by its Hugging Face name, in pieces of whole rows. */
export type TensorReader = (
  name: string,
) => AsyncIterable<Float32Array> | Iterable<Float32Array>;

/**
 * Takes weights over from tensors under Hugging Face names, piece by piece: of what is read, no more is held than one piece.
 *
 * @throws {RangeError} where a tensor has not as many elements as its shape calls for.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "./config_json.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const tensors = weightsToHf(config, randomWeights(config, 1, 0.02));
 * const weights = await weightsFromHf(config, (name) => [tensors.get(name)!.data]);
 * assertEquals(weights.get("layers.0.gateUp")!.shape, [16, 48]);
 * ```
 */
export async function weightsFromHf(config: PolicyConfig, read: TensorReader): Promise<Weights> {
  const shapeOf = new Map(parameterShapes(config).map((p) => [p.name, p.shape]));
  const weights = new Map<string, HostTensor<"float32">>();
  try {
    for (const layout of parameterLayout(config)) {
      const { name, shape } = layout;
      const tensor = new HostTensor("float32", shape, allocate("float32", sizeOf(shape)));
      weights.set(name, tensor);
      await fill(tensor.data, layout, shapeOf, read);
    }
  } catch (error) {
    for (const tensor of weights.values()) tensor[Symbol.dispose]();
    throw error;
  }
  return weights;
}

/** Reads the parts of one parameter into their places. */
async function fill(
  data: Float32Array,
  { shape, parts, transposed }: ParameterLayout,
  shapeOf: ReadonlyMap<string, readonly number[]>,
  read: TensorReader,
): Promise<void> {
  let column = 0;
  for (const part of parts) {
    const [rows, columns = 1] = shapeOf.get(part)! as [number, number?];
    const size = rows * columns;
    let filled = 0;
    for await (const piece of read(part)) {
      const at = filled;
      filled += piece.length;
      if (filled > size) break;
      if (transposed) {
        transposeInto(piece, columns, data.subarray(column + at / columns), shape[1]!);
      } else data.set(piece, column + at);
    }
    if (filled !== size) {
      const found = filled > size ? "more" : filled;
      throw new RangeError(`${part}: expected ${size} elements, found ${found}`);
    }
    column += transposed ? rows : size;
  }
}

/**
 * The weights under Hugging Face names, in the order of {@link parameterShapes}. Each `data` is a copy that is made when it
 * is asked for, and not kept: saving holds one tensor at a time.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "./config_json.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const tensors = weightsToHf(config, randomWeights(config, 1, 0.02));
 * assertEquals(tensors.get("model.layers.0.mlp.up_proj.weight")!.shape, [24, 16]);
 * ```
 */
export function weightsToHf(config: PolicyConfig, weights: Weights): Map<string, RawTensor> {
  const shapes = parameterShapes(config);
  const shapeOf = new Map(shapes.map((p) => [p.name, p.shape]));
  const found = new Map<string, RawTensor>();
  for (const { name, shape, parts, transposed } of parameterLayout(config)) {
    const { data } = weights.get(name)!;
    let column = 0;
    for (const part of parts) {
      const partShape = shapeOf.get(part)!;
      const from = column;
      found.set(part, {
        shape: partShape,
        get data() {
          const size = sizeOf(partShape);
          if (!transposed) return data.slice(from, from + size);
          const copy = new Float32Array(size);
          transposeOut(data.subarray(from), shape[1]!, copy, partShape[1]!);
          return copy;
        },
      });
      column += transposed ? partShape[0]! : sizeOf(partShape);
    }
  }
  return new Map(shapes.map(({ name }) => [name, found.get(name)!]));
}

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Side of the squares that are transposed one after another, so that both sides of one stay in the processor's cache. */
const TILE = 32;

/** `to[j · width + i] = from[i · columns + j]` for every row `i` of `from`. */
function transposeInto(
  from: Float32Array,
  columns: number,
  to: Float32Array,
  width: number,
): void {
  const rows = from.length / columns;
  for (let left = 0; left < columns; left += TILE) {
    const right = Math.min(left + TILE, columns);
    for (let top = 0; top < rows; top += TILE) {
      const bottom = Math.min(top + TILE, rows);
      for (let j = left; j < right; j++) {
        for (let i = top; i < bottom; i++) to[j * width + i] = from[i * columns + j]!;
      }
    }
  }
}

/** The way back: `to[i · columns + j] = from[j · width + i]` for every row `i` of `to`. */
function transposeOut(
  from: Float32Array,
  width: number,
  to: Float32Array,
  columns: number,
): void {
  const rows = to.length / columns;
  for (let top = 0; top < rows; top += TILE) {
    const bottom = Math.min(top + TILE, rows);
    for (let left = 0; left < columns; left += TILE) {
      const right = Math.min(left + TILE, columns);
      for (let i = top; i < bottom; i++) {
        for (let j = left; j < right; j++) to[i * columns + j] = from[j * width + i]!;
      }
    }
  }
}

/**
 * Fresh weights: projections normal with the given standard deviation, those into the residual stream scaled down by
 * `sqrt(2 · layers)` (GPT-2, Radford et al. 2019, section 2.3); embeddings with rows of length 1, so that tokens are not
 * drowned by what the layers add in narrow policies; norms 1, biases 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "./config_json.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const weights = randomWeights(config, 1, 0.02);
 * assertEquals(weights.get("norm")!.data, new Float32Array(16).fill(1));
 * assertEquals(weights.get("head")!.data, randomWeights(config, 1, 0.02).get("head")!.data);
 * ```
 */
export function randomWeights(config: PolicyConfig, seed: number, deviation: number): Weights {
  const rng = new Rng(seed, "weights");
  return new Map(
    parameterLayout(config).map(({ name, shape }) => {
      const tensor = HostTensor.zeros("float32", shape);
      if (shape.length === 1) {
        if (!name.endsWith("Bias")) tensor.data.fill(1);
        return [name, tensor];
      }
      const scale = name === "embedding"
        ? 1 / Math.sqrt(config.hiddenSize)
        : name.endsWith(".out") || name.endsWith(".down")
        ? deviation / Math.sqrt(2 * config.layers)
        : deviation;
      for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = rng.normal() * scale;
      return [name, tensor];
    }),
  );
}
