/** @file The largest tensors of a stage on a GPU, whose kernels read buffers of a bounded size only. */
import type { Adapter } from "../../engine/adapter.ts";
import { bytesOf } from "../../engine/dtype.ts";
import { sizeOf } from "../../engine/shape.ts";
import { InputError } from "../../errors.ts";
import { largestGraph, type MemoryDemand } from "./memory.ts";

/** A tensor that a kernel reads or writes. */
export interface GpuTensor {
  /** What it is: a weight, or the node that makes it. */
  readonly what: string;
  /** Its sizes. */
  readonly shape: readonly number[];
  /** Its bytes. */
  readonly bytes: number;
}

/**
 * The tensors of a training stage's largest micro-batch, the largest first. Those of rollouts are none: batches are made small
 * enough for them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePolicyConfig } from "../../policy/config_json.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 512, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const training = {
 *   ...{ objective: { kind: "likelihood" } as const, microBatchTokens: 8, longest: 8, copies: 0 },
 *   ...{ reference: false, lora: null, recompute: false, onGpu: true, precision: "float32" as const },
 * };
 * const [largest] = gpuTensors({ config, training, decoding: null });
 * assertEquals(largest, { what: "embedding", shape: [512, 16], bytes: 32768 });
 * ```
 */
export function gpuTensors({ config, training }: MemoryDemand): GpuTensor[] {
  const { graph } = largestGraph(config, training!);
  const tensors = [...graph.inputs, ...graph.nodes.flatMap(({ outputs }) => outputs)]
    .map(({ name, dtype, shape }) => ({
      what: name,
      shape: shape.map(Number),
      bytes: sizeOf(shape) * bytesOf(dtype),
    }));
  return tensors.sort((a, b) => b.bytes - a.bytes);
}

/**
 * Fails where a tensor is larger than what the driver lets a kernel read.
 *
 * @param label What the stage is called.
 * @param tensors Its tensors, the largest first.
 * @throws {InputError} with the arithmetic of the largest.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * const tensor = { what: "embedding", shape: [151936, 896], bytes: 151936 * 896 * 4 };
 * assertThrows(
 *   () => requireBindable("sft, 0.5b, seed 1", [tensor], { name: "Iris", binding: 2 ** 27 }),
 *   Error,
 *   "embedding takes 151,936 × 896 numbers × 4 B = 519.3 MiB",
 * );
 * ```
 */
export function requireBindable(
  label: string,
  [largest]: readonly GpuTensor[],
  { name, binding }: Pick<Adapter, "name" | "binding">,
): void {
  if (largest === undefined || largest.bytes <= binding) return;
  const { what, shape, bytes } = largest;
  const mib = (count: number) => `${(count / 2 ** 20).toFixed(1)} MiB`;
  const numbers = shape.map((size) => size.toLocaleString("en")).join(" × ");
  const width = bytes / sizeOf(shape);
  throw new InputError(
    `${label}: device: found "gpu"; expected "cpu": the driver of ${name} lets a kernel read ${
      mib(binding)
    } of one tensor, and ${what} takes ${numbers} numbers × ${width} B = ${
      mib(bytes)
    }; a smaller microBatchTokens makes those smaller that grow with the tokens`,
  );
}
