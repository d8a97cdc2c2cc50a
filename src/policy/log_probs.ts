/** @file Log-probabilities of packed sequences as a graph: the forward pass that training differentiates. */
import { allocate } from "../engine/dtype.ts";
import type { Graph, Tensor } from "../engine/graph.ts";
import {
  add,
  and,
  attention,
  cast,
  gatherRows,
  less,
  linearLogProb,
  logProb,
  reshape,
  rmsNorm,
  rope,
  ropeTables,
  scale,
  split,
  transpose,
  where,
} from "../engine/ops/mod.ts";
import type { PolicyConfig } from "./config.ts";
import { decode, logits, outputTable } from "./decoder.ts";
import type { AdaptedProjections } from "./lora/adapted.ts";

/** Fixed sizes of one compiled forward pass. */
export interface PackedShape {
  /** Rows. */
  readonly rows: number;
  /** Tokens a row. */
  readonly time: number;
  /** Predicted tokens, padding included. */
  readonly entries: number;
}

/** Score of what a token may not see; its exponential is 0 in float32. */
const HIDDEN = -1e9;

/**
 * Most logits, entries times vocabulary, that are held at once (32 MiB). A training step of no more takes them whole, which
 * spares the third of the output layer's work that computing them anew in the backward pass costs.
 */
export const LOGITS_AT_ONCE = 2 ** 23;

/**
 * Adds the inputs of a packed batch (`ids`, `positions`, `until` `[rows, time]`; `sources`, `labels` `[entries]`, all
 * int32, as in {@link PackedBatch}) and returns the log-probability of each label, `[entries]`. Logits are divided by
 * `temperature` first, so that the probabilities are those that were sampled from. With `adapted`, an adapter's update is added to the
 * projections.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../engine/graph.ts";
 * import { parsePolicyConfig } from "./config_json.ts";
 * import { weightInputs } from "./decoder.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const graph = new Graph();
 * const shape = { rows: 2, time: 16, entries: 8 };
 * const logProbs = packedLogProbs(graph, config, weightInputs(graph, config), shape, 1);
 * assertEquals(logProbs.shape, [8]);
 * ```
 */
export function packedLogProbs(
  graph: Graph,
  config: PolicyConfig,
  weights: ReadonlyMap<string, Tensor>,
  shape: PackedShape,
  temperature: number,
  adapted?: AdaptedProjections,
): Tensor {
  const { rows, time, entries } = shape;
  const { heads, kvHeads, headDim, hiddenSize } = config;
  const tokens = (name: string) => graph.input(name, "int32", [rows, time]);
  const [ids, positions, until] = [tokens("ids"), tokens("positions"), tokens("until")];
  const sources = graph.input("sources", "int32", [entries]);
  const labels = graph.input("labels", "int32", [entries]);
  const tables = ropeTables(graph, time, headDim, config.ropeTheta, {
    scaling: config.ropeScaling,
  });
  const bias = graph.scope("visibility", () => visibility(graph, until, time));

  const byHead = (x: Tensor, count: number) =>
    transpose(reshape(x, [rows, time, count, headDim]), [0, 2, 1, 3]);
  const rotated = (x: Tensor, count: number) =>
    byHead(rope(reshape(x, [rows, time, count * headDim]), positions, tables), count);
  const hidden = decode(
    config,
    weights,
    gatherRows(weights.get("embedding")!, reshape(ids, [rows * time])),
    {
      attend(qkv) {
        const widths = [heads, kvHeads, kvHeads].map((count) => count * headDim);
        const [q, k, v] = split(qkv, -1, widths) as [Tensor, Tensor, Tensor];
        const mixed = attention(
          rotated(q, heads),
          rotated(k, kvHeads),
          byHead(v, kvHeads),
          bias,
        );
        return reshape(transpose(mixed, [0, 2, 1, 3]), [rows * time, heads * headDim]);
      },
      addNorm(x, delta, weight, epsilon) {
        const sum = add(x, delta);
        return { sum, normed: rmsNorm(sum, weight, epsilon) };
      },
      ...(adapted ? { adapt: adapted.add } : {}),
    },
  );
  // Only positions that predict something pay for the vocabulary.
  const predicting = gatherRows(reshape(hidden, [rows * time, hiddenSize]), sources);
  const table = outputTable(weights);
  if (entries * config.vocabSize > LOGITS_AT_ONCE) {
    // A slice of the table, and its gradient, are to be no larger than that either.
    const chunk = Math.max(1, Math.floor(LOGITS_AT_ONCE / Math.max(entries, hiddenSize)));
    const options = { scale: 1 / temperature, chunk };
    return linearLogProb(cast(predicting, table.dtype), table, labels, options);
  }
  const all = logits(weights, predicting);
  return logProb(temperature === 1 ? all : scale(all, 1 / temperature), labels);
}

function visibility(graph: Graph, until: Tensor, time: number): Tensor {
  const rows = until.shape[0]!;
  const index = () => {
    const data = allocate("int32", time);
    for (let i = 0; i < time; i++) data[i] = i;
    return data;
  };
  const query = graph.constant("int32", [1, 1, time, 1], index());
  const key = graph.constant("int32", [1, 1, 1, time], index());
  // j ≤ i, written j < i + 1, and i < until[j].
  const next = graph.constant("int32", [1, 1, time, 1], index().map((i) => i + 1));
  const seen = and(less(key, next), less(query, reshape(until, [rows, 1, 1, time])));
  return where(seen, graph.scalar("float32", 0), graph.scalar("float32", HIDDEN));
}
