/** @file A policy's weights in the engine's layout, and their way from and to Hugging Face's. */
import { allocate } from "../engine/dtype.ts";
import { HostTensor } from "../engine/ort/ort.ts";
import { Rng } from "../random/rng.ts";
import { parameterShapes, type PolicyConfig } from "./config.ts";

/** A tensor as a file holds it. */
export interface RawTensor {
  /** Dimensions, outermost first. */
  readonly shape: readonly number[];
  /** Elements, row-major. */
  readonly data: Float32Array<ArrayBuffer>;
}

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

/**
 * Takes weights over from tensors under Hugging Face names, all of which must be there.
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
 * const weights = weightsFromHf(config, tensors);
 * assertEquals(weights.get("layers.0.gateUp")!.shape, [16, 48]);
 * ```
 */
export function weightsFromHf(
  config: PolicyConfig,
  tensors: ReadonlyMap<string, RawTensor>,
): Weights {
  return new Map(
    parameterLayout(config).map(({ name, shape, parts, transposed }) => {
      const data = allocate("float32", shape.reduce((a, b) => a * b, 1));
      let column = 0;
      for (const part of parts) {
        const tensor = tensors.get(part);
        if (!tensor) throw new TypeError(`there is no tensor ${part}`);
        if (transposed) copyTransposed(tensor, data, column, shape[1]!);
        else data.set(tensor.data, column);
        column += transposed ? tensor.shape[0]! : tensor.data.length;
      }
      return [name, new HostTensor("float32", shape, data)];
    }),
  );
}

/**
 * Copies weights out under Hugging Face names, in the order of {@link parameterShapes}.
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
      const size = partShape.reduce((a, b) => a * b, 1);
      const copy = allocate("float32", size);
      if (transposed) {
        const [rows, width] = partShape as [number, number];
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < width; j++) copy[i * width + j] = data[j * shape[1]! + column + i]!;
        }
      } else copy.set(data.subarray(column, column + size));
      column += transposed ? partShape[0]! : size;
      found.set(part, { shape: partShape, data: copy });
    }
  }
  return new Map(shapes.map(({ name }) => [name, found.get(name)!]));
}

function copyTransposed(
  from: RawTensor,
  to: Float32Array,
  column: number,
  width: number,
): void {
  const [rows, columns] = from.shape as [number, number];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) to[j * width + column + i] = from.data[i * columns + j]!;
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
