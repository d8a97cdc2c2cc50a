/** @file Adapters as a graph: what they add to a projection. */
import type { Graph, Tensor } from "../../engine/graph.ts";
import { concat, dropout, linear, scale } from "../../engine/ops/mod.ts";
import { allocate } from "../../engine/dtype.ts";
import type { PolicyConfig } from "../config.ts";
import { adapterShapes, type AdapterSlot, adapterSlots, type LoraConfig } from "./config.ts";

/** Adds an update to projections of a decoder. */
export interface AdaptedProjections {
  /** The adapter's matrices, as inputs of the graph. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** What the adapter adds to `x · w` of one of the engine's matrices; null where it adds nothing. */
  add(x: Tensor, parameter: string): Tensor | null;
}

/**
 * Adds an input for each of an adapter's matrices. The update of a projection is `alpha / rank · dropout(x) · A · B`; those of one
 * matrix are made by two products, `B` on the diagonal of blocks.
 *
 * @param seed Of the dropout; without effect where there is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../../engine/graph.ts";
 * import { parsePolicyConfig } from "../config_json.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const graph = new Graph();
 * const lora = { rank: 2, alpha: 4, dropout: 0, targetModules: ["v_proj"] } as const;
 * const adapted = adaptedProjections(graph, config, lora, 1);
 * const x = graph.input("x", "float32", [5, 16]);
 * assertEquals(adapted.add(x, "layers.0.qkv")!.shape, [5, 48]);
 * assertEquals(adapted.add(x, "layers.0.out"), null);
 * ```
 */
export function adaptedProjections(
  graph: Graph,
  config: PolicyConfig,
  lora: LoraConfig,
  seed: number,
): AdaptedProjections {
  const { rank, alpha, targetModules } = lora;
  const slots = adapterSlots(config, targetModules);
  const tensors = new Map(
    adapterShapes(slots, rank).map(({ name, shape }) => [
      name,
      graph.input(name, "float32", shape),
    ]),
  );
  const everySlot = adapterSlots(config, ["q_proj", "k_proj", "v_proj", "gate_proj", "up_proj"]);
  const totals = new Map<string, number>();
  for (const { parameter, from, width } of everySlot) totals.set(parameter, from + width);
  let drawn = 0;
  return {
    tensors,
    add(x, parameter) {
      const own = slots.filter((slot) => slot.parameter === parameter);
      if (own.length === 0) return null;
      const total = totals.get(parameter) ?? own[0]!.width;
      const inner = own.map(({ module }) => {
        const seen = lora.dropout === 0 ? x : dropout(x, lora.dropout, seed + drawn++);
        return linear(seen, tensors.get(`${module}/A`)!);
      });
      const outer = own.map((slot) => padded(tensors.get(`${slot.module}/B`)!, slot, total));
      return scale(linear(concat(inner, -1), concat(outer, 0)), alpha / rank);
    },
  };
}

/** `B` with zeros for the columns of the matrix that are not its projection's. */
function padded(b: Tensor, { from, width }: AdapterSlot, total: number): Tensor {
  const { graph, shape: [rank] } = b;
  const zeros = (columns: number) =>
    columns === 0 ? [] : [
      graph.constant(
        "float32",
        [rank!, columns],
        allocate("float32", Number(rank) * columns),
      ),
    ];
  return concat([...zeros(from), b, ...zeros(total - from - width)], 1);
}
