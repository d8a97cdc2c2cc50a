/** @file The tensors that a packed batch is fed through. */
import { HostTensor } from "../engine/ort/ort.ts";
import type { PackedShape } from "./log_probs.ts";
import type { PackedBatch } from "./packing.ts";

/**
 * Input tensors of one compiled shape, filled anew for each batch.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pack } from "./packing.ts";
 *
 * const completions = [{ tokens: [8, 9], tag: "a" }];
 * const [batch] = pack([{ prompt: [5, 6, 7], completions }], { maxTokens: 64 });
 * using tensors = new BatchTensors(compiledShape(batch!), ["weights"]);
 * tensors.fill(batch!, { weights: [0.5, 0.5] });
 * assertEquals([...tensors.inputs["labels"]!.data.subarray(0, 2)], [8, 9]);
 * ```
 */
export class BatchTensors implements Disposable {
  /** Inputs by name. */
  readonly inputs: Readonly<Record<string, HostTensor<"int32"> | HostTensor<"float32">>>;

  /**
   * Allocates the inputs of `packedLogProbs`, and a column `[entries]` for each further name: of int32 for `segments`, of float32
   * for others.
   */
  constructor(shape: PackedShape, columns: readonly string[]) {
    const { rows, time, entries } = shape;
    const tokens = () => HostTensor.zeros("int32", [rows, time]);
    const integers = () => HostTensor.zeros("int32", [entries]);
    this.inputs = {
      ids: tokens(),
      positions: tokens(),
      until: tokens(),
      sources: integers(),
      labels: integers(),
      ...Object.fromEntries(
        columns.map((
          name,
        ) => [name, name === "segments" ? integers() : HostTensor.zeros("float32", [entries])]),
      ),
    };
  }

  /**
   * Puts a batch and its columns in. Entries beyond it repeat the first one with a weight of 0: of made-up numbers the
   * objective could be infinite, and 0 · ∞ is not 0.
   */
  fill(
    batch: PackedBatch<unknown>,
    columns: Readonly<Record<string, ArrayLike<number>>>,
  ): void {
    const { ids, positions, until, sources, labels } = batch;
    const values: Record<string, ArrayLike<number>> = {
      ...columns,
      ids,
      positions,
      until,
      sources,
      labels,
    };
    for (const [name, { data }] of Object.entries(this.inputs)) {
      const found = values[name];
      const expected = batch.labels.length;
      if (!found || (columns[name] && found.length !== expected)) {
        throw new TypeError(`${name}: expected ${expected} values, found ${found?.length ?? 0}`);
      }
      data.fill(name === "weights" ? 0 : found[0]!);
      data.set(found);
    }
  }

  /** Releases the tensors. */
  [Symbol.dispose](): void {
    for (const tensor of Object.values(this.inputs)) tensor[Symbol.dispose]();
  }
}

/**
 * The shape that a batch is compiled for: entries are rounded up to quarters of the tokens, so that few are.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pack } from "./packing.ts";
 *
 * const completions = [{ tokens: [8, 9], tag: "a" }];
 * const [batch] = pack([{ prompt: Array(30).fill(5), completions }], { maxTokens: 32 });
 * const { rows, time, entries } = compiledShape(batch!);
 * assertEquals([rows, entries], [1, time / 4]);
 * ```
 */
export function compiledShape(batch: PackedBatch<unknown>): PackedShape {
  const { rows, time } = batch;
  const quarter = Math.ceil(rows * time / 4);
  return { rows, time, entries: Math.max(1, Math.ceil(batch.labels.length / quarter)) * quarter };
}

/**
 * A key for {@link compiledShape}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shapeKey({ rows: 2, time: 64, entries: 32 }), "2 64 32");
 * ```
 */
export function shapeKey({ rows, time, entries }: PackedShape): string {
  return `${rows} ${time} ${entries}`;
}
