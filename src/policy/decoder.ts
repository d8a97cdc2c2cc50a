/** @file The decoder as a graph: one definition for training and for decoding, which differ in how they attend. */
import type { Graph, Tensor } from "../engine/graph.ts";
import type { DType } from "../engine/dtype.ts";
import {
  add,
  cast,
  concat,
  linear,
  matmul,
  mul,
  reshape,
  rmsNorm,
  silu,
  split,
} from "../engine/ops/mod.ts";
import type { PolicyConfig } from "./config.ts";
import { parameterLayout, type Weights } from "./weights.ts";

/**
 * Adds an input for every weight; returns them by name.
 *
 * @param options.frozen Whether gradients stop at them: only an adapter is trained. Default false.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../engine/graph.ts";
 * import { parsePolicyConfig } from "./config_json.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const weights = weightInputs(new Graph(), config);
 * assertEquals(weights.get("embedding")!.shape, [8, 16]);
 * ```
 */
export function weightInputs(
  graph: Graph,
  config: PolicyConfig,
  options: { readonly frozen?: boolean } = {},
): ReadonlyMap<string, Tensor> {
  return new Map(
    parameterLayout(config).map(({ name, shape }) => [
      name,
      graph.input(name, "float32", shape, options),
    ]),
  );
}

/** Adds weights as constants, with the numbers that they hold when the graph is compiled; returns them by name. */
export function weightConstants(graph: Graph, weights: Weights): ReadonlyMap<string, Tensor> {
  return new Map(
    [...weights].map(([name, { shape, data }]) => [
      name,
      graph.constant("float32", shape, data),
    ]),
  );
}

/** The parts of a layer that training and decoding compute by different kernels. */
export interface DecoderKernels {
  /**
   * Attention: projections side by side, before rotation,
   * `[..., (heads + 2 · kvHeads) · headDim]` → `[..., heads · headDim]`.
   */
  attend(qkv: Tensor, layer: number): Tensor;
  /** The residual sum `x + delta`, and the norm of it. */
  addNorm(x: Tensor, delta: Tensor, weight: Tensor, epsilon: number): {
    readonly sum: Tensor;
    readonly normed: Tensor;
  };
  /** What an adapter adds to the product of `x` and one of the matrices; without one, nothing is added. */
  adapt?(x: Tensor, parameter: string): Tensor | null;
}

/**
 * The decoder layers and the last norm: `embedded [..., hidden]` → `[..., hidden]`. Pre-norm, SwiGLU (Shazeer,
 * arXiv 2002.05202), as in Llama and Qwen.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../engine/graph.ts";
 * import { add, split } from "../engine/ops/mod.ts";
 * import { parsePolicyConfig } from "./config_json.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const graph = new Graph();
 * const embedded = graph.input("embedded", "float32", [5, 16]);
 * const hidden = decode(config, weightInputs(graph, config), embedded, {
 *   attend: (qkv) => split(qkv, -1, [16, 16, 16])[0]!,
 *   addNorm: (x, delta) => ({ sum: add(x, delta), normed: delta }),
 * });
 * assertEquals(hidden.shape, [5, 16]);
 * ```
 */
export function decode(
  config: PolicyConfig,
  weights: ReadonlyMap<string, Tensor>,
  embedded: Tensor,
  { attend, addNorm, adapt }: DecoderKernels,
): Tensor {
  const { graph } = embedded;
  const { layers, intermediateSize: width, rmsNormEps: epsilon } = config;
  const weight = (name: string) => weights.get(name)!;
  // The residual stream and the norms are float32, whatever the products are.
  const full = (x: Tensor) => cast(x, embedded.dtype);
  const project = (x: Tensor, name: string) => {
    const matrix = weight(name);
    const product = linear(cast(x, matrix.dtype), matrix, weights.get(`${name}Bias`));
    const update = adapt?.(x, name) ?? null;
    return update ? add(product, update) : product;
  };
  const at = (layer: number) => `layers.${layer}`;
  let x = embedded;
  let normed = graph.scope(at(0), () => rmsNorm(x, weight(`${at(0)}.norm1`), epsilon));
  for (let layer = 0; layer < layers; layer++) {
    const name = at(layer);
    graph.scope(name, () => {
      const qkv = project(normed, `${name}.qkv`);
      const heads = config.qkNorm ? normHeads(config, weights, layer, qkv) : qkv;
      const mixed = project(attend(heads, layer), `${name}.out`);
      ({ sum: x, normed } = addNorm(x, full(mixed), weight(`${name}.norm2`), epsilon));
      const gateUp = project(normed, `${name}.gateUp`);
      const [gate, up] = split(gateUp, -1, [width, width]) as [Tensor, Tensor];
      const moved = project(mul(silu(gate), up), `${name}.down`);
      const next = layer + 1 < layers ? `${at(layer + 1)}.norm1` : "norm";
      ({ sum: x, normed } = addNorm(x, full(moved), weight(next), epsilon));
    });
  }
  return normed;
}

/** QK norm: an RMSNorm over every head's queries and keys; `qkv` as {@link DecoderKernels} have it → the same shape. */
function normHeads(
  { heads, kvHeads, headDim, rmsNormEps }: PolicyConfig,
  weights: ReadonlyMap<string, Tensor>,
  layer: number,
  qkv: Tensor,
): Tensor {
  const leading = qkv.shape.slice(0, -1);
  const widths = [heads, kvHeads, kvHeads].map((count) => count * headDim);
  const [q, k, v] = split(qkv, -1, widths) as [Tensor, Tensor, Tensor];
  const norm = (name: string) => weights.get(`layers.${layer}.${name}`)!;
  const normed = (x: Tensor, count: number, name: string) =>
    reshape(
      rmsNorm(
        reshape(cast(x, norm(name).dtype), [...leading, count, headDim]),
        norm(name),
        rmsNormEps,
      ),
      x.shape,
    );
  const [queries, keys] = [normed(q, heads, "qNorm"), normed(k, kvHeads, "kNorm")];
  return concat([cast(queries, qkv.dtype), cast(keys, qkv.dtype), v], -1);
}

/**
 * Logits of hidden states `[n, hidden]` → `[n, vocabulary]`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../engine/graph.ts";
 * import { parsePolicyConfig } from "./config_json.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const graph = new Graph();
 * const hidden = graph.input("hidden", "float32", [5, 16]);
 * assertEquals(logits(weightInputs(graph, config), hidden).shape, [5, 8]);
 * ```
 */
export function logits(weights: ReadonlyMap<string, Tensor>, hidden: Tensor): Tensor {
  const table = outputTable(weights);
  return cast(matmul(cast(hidden, table.dtype), table, { transposeB: true }), hidden.dtype);
}

/**
 * The matrix `[vocabulary, hidden]` that logits are made with: the head, or the embedding where the two are tied, in the type of the other
 * matrices.
 */
export function outputTable(weights: ReadonlyMap<string, Tensor>): Tensor {
  return weights.get("head") ?? weights.get("tied") ?? weights.get("embedding")!;
}

/** Whether a weight is a matrix of a product, or a bias that is added to one, which mixed precision computes in fewer bits. */
export function isLowered(name: string): boolean {
  return !/norm\d?$/i.test(name) && name !== "embedding";
}

/**
 * Weights as products of `dtype` take them: matrices and their biases rounded to it, norms and the embedding as they are. The matrix
 * that logits are made with is a copy of the embedding where the two are tied, called `tied`.
 */
export function lowered(
  weights: ReadonlyMap<string, Tensor>,
  dtype: DType,
): ReadonlyMap<string, Tensor> {
  const all = new Map(
    [...weights].map(([name, tensor]) => [name, isLowered(name) ? cast(tensor, dtype) : tensor]),
  );
  const table = outputTable(weights);
  if (!weights.has("head") && table.dtype !== dtype) all.set("tied", cast(table, dtype));
  return all;
}
