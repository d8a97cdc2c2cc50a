/** @file Prompts as a graph for a device: their keys and values, and the first token of each continuation. */
import type { Graph, Tensor } from "../../engine/graph.ts";
import {
  add,
  addRmsNorm,
  cast,
  gatherRows,
  lessOrEqual,
  matmul,
  pickTime,
  rope,
  ropeTables,
  scale,
  softmax,
  split,
  transpose,
  viewAs,
  where,
} from "../../engine/ops/mod.ts";
import type { PolicyConfig } from "../config.ts";
import { decode, logits } from "../decoder.ts";

/** Score of what a token may not see; its exponential is 0 in float32. */
const HIDDEN = -1e9;

/**
 * Adds the forward pass of `R` prompts of up to `S` tokens, padded behind their ends, which no token sees. In plain operators: kernels of
 * GPUs for attention over caches differ in the rows of unequal length that they take.
 *
 * Inputs: `ids` and `positions [R, S]`; `last [R]`, the place of each prompt's last token; `queries [Q]` and `keys [S]`, the places 0 to
 * S − 1, for `queries` as often as heads share a key head; `prompts [N]`, the prompt of each continuation (all int32). Outputs: what
 * `finish` makes of the logits `[N, vocabulary]` of the continuations' first tokens, and `keys/<layer>/next` and `values/<layer>/next`
 * `[R, kvHeads, S, headDim]`.
 *
 * @ignore Internal: `DeviceDecoder` is what uses it.
 */
export function prefill(
  graph: Graph,
  config: PolicyConfig,
  weights: ReadonlyMap<string, Tensor>,
  finish: (logits: Tensor) => void,
): void {
  const { heads, kvHeads, headDim, ropeTheta, ropeScaling, maxPositions } = config;
  const integers = (name: string, ...shape: string[]) => graph.input(name, "int32", shape);
  const [ids, positions] = [integers("ids", "R", "S"), integers("positions", "R", "S")];
  const last = integers("last", "R");
  const group = heads / kvHeads;
  const rows = group === 1 ? "S" : "Q";
  const queries = viewAs(integers("queries", rows), [-1, 1], [rows, 1]);
  const keyPlaces = viewAs(integers("keys", "S"), [1, -1], [1, "S"]);
  const prompts = integers("prompts", "N");
  const bias = where(
    lessOrEqual(keyPlaces, queries),
    graph.scalar("float32", 0),
    graph.scalar("float32", HIDDEN),
  );
  const tables = ropeTables(graph, maxPositions, headDim, ropeTheta, { scaling: ropeScaling });
  const caches: [string, Tensor][] = [];
  const hidden = decode(config, weights, gatherRows(weights.get("embedding")!, ids), {
    attend(qkv, layer) {
      const widths = [heads, kvHeads, kvHeads].map((count) => count * headDim);
      const [q, k, v] = split(qkv, -1, widths) as [Tensor, Tensor, Tensor];
      const byHead = (x: Tensor) =>
        transpose(
          viewAs(x, [0, 0, kvHeads, headDim], ["R", "S", kvHeads, headDim]),
          [0, 2, 1, 3],
        );
      const keys = byHead(rope(k, positions, tables));
      const values = byHead(v);
      caches.push([`keys/${layer}/next`, keys], [`values/${layer}/next`, values]);
      // Query heads that share a key head are more rows of one product.
      const rotated = scale(rope(q, positions, tables), 1 / Math.sqrt(headDim));
      const grouped = viewAs(
        transpose(
          viewAs(rotated, [0, 0, heads, headDim], ["R", "S", heads, headDim]),
          [0, 2, 1, 3],
        ),
        [0, kvHeads, -1, headDim],
        ["R", kvHeads, rows, headDim],
      );
      const scores = add(cast(matmul(grouped, keys, { transposeB: true }), "float32"), bias);
      const mixed = viewAs(
        matmul(cast(softmax(scores), qkv.dtype), values),
        [0, heads, -1, headDim],
        ["R", heads, "S", headDim],
      );
      const width = heads * headDim;
      return viewAs(transpose(mixed, [0, 2, 1, 3]), [0, 0, width], ["R", "S", width]);
    },
    addNorm: addRmsNorm,
  });
  finish(gatherRows(logits(weights, pickTime(hidden, last)), prompts));
  for (const [name, tensor] of caches) graph.output(name, tensor);
}
