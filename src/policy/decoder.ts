/** @file The decoder as a graph: one definition for training and for decoding, which differ in how they attend. */
import type { Graph, Tensor } from "../engine/graph.ts";
import { add, linear, matmul, mul, rmsNorm, silu, split } from "../engine/ops/mod.ts";
import type { PolicyConfig } from "./config.ts";
import { parameterLayout, type Weights } from "./weights.ts";

/**
 * Adds an input for every weight; returns them by name.
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
export function weightInputs(graph: Graph, config: PolicyConfig): ReadonlyMap<string, Tensor> {
  return new Map(
    parameterLayout(config).map(({ name, shape }) => [name, graph.input(name, "float32", shape)]),
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

/**
 * Attention of one layer: projections of the queries, keys and values, `[..., heads · headDim]` and twice
 * `[..., kvHeads · headDim]`, before rotation → `[..., heads · headDim]`.
 */
export type Attend = (q: Tensor, k: Tensor, v: Tensor, layer: number) => Tensor;

/**
 * The decoder layers and the last norm: `embedded [..., hidden]` → `[..., hidden]`. Pre-norm, SwiGLU (Shazeer,
 * arXiv 2002.05202), as in Llama and Qwen2.
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
 * const embedded = graph.input("embedded", "float32", [5, 16]);
 * const hidden = decode(config, weightInputs(graph, config), embedded, (_q, _k, v) => v);
 * assertEquals(hidden.shape, [5, 16]);
 * ```
 */
export function decode(
  config: PolicyConfig,
  weights: ReadonlyMap<string, Tensor>,
  embedded: Tensor,
  attend: Attend,
): Tensor {
  const { graph } = embedded;
  const weight = (name: string) => weights.get(name)!;
  const queries = config.heads * config.headDim;
  const keys = config.kvHeads * config.headDim;
  let x = embedded;
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `layers.${layer}`;
    graph.scope(at, () => {
      const normed = rmsNorm(x, weight(`${at}.norm1`), config.rmsNormEps);
      const qkv = linear(normed, weight(`${at}.qkv`), weights.get(`${at}.qkvBias`));
      const [q, k, v] = split(qkv, -1, [queries, keys, keys]) as [Tensor, Tensor, Tensor];
      x = add(x, linear(attend(q, k, v, layer), weight(`${at}.out`)));
      const again = rmsNorm(x, weight(`${at}.norm2`), config.rmsNormEps);
      const width = config.intermediateSize;
      const gateUp = linear(again, weight(`${at}.gateUp`));
      const [gate, up] = split(gateUp, -1, [width, width]) as [Tensor, Tensor];
      x = add(x, linear(mul(silu(gate), up), weight(`${at}.down`)));
    });
  }
  return rmsNorm(x, weight("norm"), config.rmsNormEps);
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
  return matmul(hidden, weights.get("head") ?? weights.get("embedding")!, { transposeB: true });
}
