/** @file The forward pass of decoding: new tokens in, the next token's logits out, keys and values kept in a cache. */
import { Graph, type Tensor } from "../engine/graph.ts";
import {
  addRmsNorm,
  cachedAttention,
  gatherRows,
  type KeysAndValues,
  mul,
  pickTime,
  ropeTables,
  sharedAttention,
  softmax,
  viewAs,
} from "../engine/ops/mod.ts";
import type { PolicyConfig } from "./config.ts";
import { decode, logits, weightConstants } from "./decoder.ts";
import type { Weights } from "./weights.ts";

/**
 * One graph for prompts (`S` tokens a row, padded on the right) and for single tokens (`S` = 1). The weights are constants,
 * with the numbers that `frozen` holds when the graph is compiled: the runtime lays constant matrices out for its kernels once and not at every
 * token, which makes a token about a third cheaper. Inputs: `ids [B, S]`; `last [B]`, a row's number of tokens after this call, less one; `longest [1]`, the largest number of
 * tokens after this call; `pick [B]`, which of the `S` places the next token is wanted for; `inverseTemperature []`; `keys/<layer>` and `values/<layer>`
 * `[B, kvHeads, C, headDim]`. Outputs: `probabilities [B, vocabulary]` of the next token, and the caches as `keys/<layer>/next` and so on.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "./config_json.ts";
 * import { randomWeights } from "./weights.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const names = decodingGraph(config, randomWeights(config, 1, 0.02)).outputs.map(({ name }) => name);
 * assertEquals(names, ["probabilities", "keys/0/next", "values/0/next"]);
 * ```
 */
export function decodingGraph(config: PolicyConfig, frozen: Weights): Graph {
  const graph = new Graph();
  const weights = weightConstants(graph, frozen);
  const ids = graph.input("ids", "int32", ["B", "S"]);
  const last = graph.input("last", "int32", ["B"]);
  const longest = graph.input("longest", "int32", [1]);
  const pick = graph.input("pick", "int32", ["B"]);
  const inverseTemperature = graph.input("inverseTemperature", "float32", []);
  const { kvHeads, headDim } = config;
  const cache = (kind: string, layer: number) =>
    graph.input(`${kind}/${layer}`, "float32", ["B", kvHeads, "C", headDim]);
  const tables = ropeTables(graph, config.maxPositions, headDim, config.ropeTheta, {
    scaling: config.ropeScaling,
  });
  const caches: [string, Tensor][] = [];
  const hidden = decode(
    config,
    weights,
    gatherRows(weights.get("embedding")!, ids),
    {
      attend(qkv, layer) {
        const past = { keys: cache("keys", layer), values: cache("values", layer) };
        const next = cachedAttention(qkv, past, last, longest, tables);
        caches.push([`keys/${layer}/next`, next.keys], [`values/${layer}/next`, next.values]);
        return next.output;
      },
      addNorm: addRmsNorm,
    },
  );
  const scaled = mul(logits(weights, pickTime(hidden, pick)), inverseTemperature);
  graph.output("probabilities", softmax(scaled));
  for (const [name, tensor] of caches) graph.output(name, tensor);
  return graph;
}

/**
 * One graph for a further token of each of `G` continuations of each of `R` prompts, see {@link sharedAttention}. Inputs: `ids`
 * and `positions [R, G]`; `prompt/keys/<layer>` and `prompt/values/<layer>` `[R, kvHeads, P, headDim]`; `keys/<layer>` and
 * `values/<layer>` `[R, kvHeads, G, T, headDim]`; `index`, `promptBias`, `ownBias`, `widths`, `besidePrompt` and `byContinuation` as
 * there; `inverseTemperature []`. Outputs: `probabilities [R · G, vocabulary]`, and the caches as `keys/<layer>/next` and so on.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "./config_json.ts";
 * import { randomWeights } from "./weights.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const { outputs } = sharedDecodingGraph(config, randomWeights(config, 1, 0.02));
 * assertEquals(outputs[0]!.tensor.shape, ["N", 8]);
 * ```
 */
export function sharedDecodingGraph(config: PolicyConfig, frozen: Weights): Graph {
  const graph = new Graph();
  const inverseTemperature = graph.input("inverseTemperature", "float32", []);
  return sharedDecoding(
    graph,
    config,
    weightConstants(graph, frozen),
    (logits) => graph.output("probabilities", softmax(mul(logits, inverseTemperature))),
  );
}

/**
 * Adds what {@link sharedDecodingGraph} has in front of its logits `[R · G, vocabulary]`, and behind what `finish` makes of
 * them the caches.
 */
export function sharedDecoding(
  graph: Graph,
  config: PolicyConfig,
  weights: ReadonlyMap<string, Tensor>,
  finish: (logits: Tensor) => void,
): Graph {
  const { kvHeads, headDim, hiddenSize } = config;
  const ids = graph.input("ids", "int32", ["R", "G"]);
  const places = {
    positions: graph.input("positions", "int32", ["R", "G"]),
    index: graph.input("index", "int64", ["R", kvHeads, "G", 4]),
    promptBias: graph.input("promptBias", "float32", ["R", 1, 1, "P"]),
    ownBias: graph.input("ownBias", "float32", ["T"]),
    widths: graph.input("widths", "int64", [2]),
    besidePrompt: graph.input("besidePrompt", "int64", [4]),
    byContinuation: graph.input("byContinuation", "int64", [5]),
  };
  // Keys and values are of the products' type.
  const { dtype } = weights.get("layers.0.qkv")!;
  const cache = (prefix: string, layer: number, ...dims: string[]): KeysAndValues => {
    const input = (kind: string) =>
      graph.input(`${prefix}${kind}/${layer}`, dtype, ["R", kvHeads, ...dims, headDim]);
    return { keys: input("keys"), values: input("values") };
  };
  const tables = ropeTables(graph, config.maxPositions, headDim, config.ropeTheta, {
    scaling: config.ropeScaling,
  });
  const caches: [string, Tensor][] = [];
  const hidden = decode(config, weights, gatherRows(weights.get("embedding")!, ids), {
    attend(qkv, layer) {
      const [prompt, own] = [cache("prompt/", layer, "P"), cache("", layer, "G", "T")];
      const next = sharedAttention(qkv, prompt, own, places, tables);
      caches.push([`keys/${layer}/next`, next.keys], [`values/${layer}/next`, next.values]);
      return next.output;
    },
    addNorm: addRmsNorm,
  });
  finish(logits(weights, viewAs(hidden, [-1, hiddenSize], ["N", hiddenSize])));
  for (const [name, tensor] of caches) graph.output(name, tensor);
  return graph;
}
