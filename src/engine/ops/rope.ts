/** @file Rotary position embedding. */
import { allocate, type DType } from "../dtype.ts";
import type { Gradient, Graph, Tensor } from "../graph.ts";
import { sameShape } from "../shape.ts";
import { add, mul, neg, sub } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { graphError, requireFixed, requireFloats, requireInteger, requireRank } from "./check.ts";
import { gatherRows } from "./gather.ts";
import { concat, reshape, split, toInt64 } from "./layout.ts";

/** Cosines and sines of all rotation angles, each `[positions, headDim / 2]`. */
export interface RopeTables {
  /** Cosines. */
  readonly cos: Tensor;
  /** Sines. */
  readonly sin: Tensor;
}

/** How Llama 3.1 and later stretch long wavelengths, under the names of `rope_scaling` in `config.json`. */
export interface Llama3Scaling {
  /** What the wavelengths beyond `originalMaxPositions / lowFreqFactor` are multiplied by; at least 1. */
  readonly factor: number;
  /** Above 0. */
  readonly lowFreqFactor: number;
  /** Above `lowFreqFactor`. Wavelengths below `originalMaxPositions / highFreqFactor` stay; between the two, a blend. */
  readonly highFreqFactor: number;
  /** Context of pre-training, in tokens. */
  readonly originalMaxPositions: number;
}

/**
 * The frequencies `theta^(−2i / headDim)` of the rotation, `[headDim / 2]`, in radians a position (Su et al.,
 * arXiv 2104.09864, section 3.2); stretched as `transformers` does for `rope_type: "llama3"` where a scaling is given.
 *
 * @throws {RangeError} where the head dimension is odd.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...ropeFrequencies(4, 10_000)], [1, Math.fround(0.01)]);
 * const scaling = { factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositions: 128 };
 * assertEquals([...ropeFrequencies(4, 10_000, scaling)], [1, Math.fround(0.01) / 8]); // a wavelength of 628
 * ```
 */
export function ropeFrequencies(
  headDim: number,
  theta: number,
  scaling: Llama3Scaling | null = null,
): Float32Array<ArrayBuffer> {
  const half = headDim / 2;
  if (!Number.isInteger(half)) throw new RangeError(`RoPE: the head dimension ${headDim} is odd`);
  return Float32Array.from({ length: half }, (_, i) => {
    // In float32, as the reference implementations compute it.
    const frequency = Math.fround(1 / Math.fround(theta ** ((2 * i) / headDim)));
    return scaling === null ? frequency : stretched(frequency, scaling);
  });
}

function stretched(frequency: number, scaling: Llama3Scaling): number {
  const { factor, lowFreqFactor, highFreqFactor, originalMaxPositions } = scaling;
  // Turns within the original context.
  const turns = originalMaxPositions * frequency / (2 * Math.PI);
  if (turns < lowFreqFactor) return frequency / factor;
  if (turns > highFreqFactor) return frequency;
  const kept = (turns - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
  return (1 - kept) * frequency / factor + kept * frequency;
}

/**
 * The angles `position · frequency` of {@link ropeFrequencies}, as tables `[positions, headDim / 2]`.
 *
 * @throws {RangeError} where the head dimension is odd.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { cos, sin } = ropeAngles(2, 2, 10_000);
 * assertEquals([cos[0], sin[0]], [1, 0]); // position 0 is not turned
 * assertEquals(sin[1], Math.fround(Math.sin(1)));
 * ```
 */
export function ropeAngles(
  positions: number,
  headDim: number,
  theta: number,
  scaling: Llama3Scaling | null = null,
): {
  cos: Float32Array<ArrayBuffer>;
  sin: Float32Array<ArrayBuffer>;
} {
  const frequencies = ropeFrequencies(headDim, theta, scaling);
  const half = frequencies.length;
  const cos = allocate("float32", positions * half);
  const sin = allocate("float32", positions * half);
  for (let i = 0; i < half; i++) {
    for (let position = 0; position < positions; position++) {
      // The float32 product, as the reference implementations compute it.
      const angle = Math.fround(position * frequencies[i]!);
      cos[position * half + i] = Math.cos(angle);
      sin[position * half + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

/**
 * {@link ropeAngles} as constants of a graph.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * assertEquals(ropeTables(graph, 64, 16, 10_000).cos.shape, [64, 8]);
 * ```
 */
export function ropeTables(
  graph: Graph,
  positions: number,
  headDim: number,
  theta: number,
  { dtype = "float32", scaling = null }: {
    readonly dtype?: DType & ("float32" | "float64");
    readonly scaling?: Llama3Scaling | null;
  } = {},
): RopeTables {
  const { cos, sin } = ropeAngles(positions, headDim, theta, scaling);
  const shape = [positions, headDim / 2];
  const made = (data: Float32Array<ArrayBuffer>) =>
    graph.constant(dtype, shape, dtype === "float64" ? Float64Array.from(data) : data);
  return { cos: made(cos), sin: made(sin) };
}

/**
 * Turns the pairs (i, i + headDim/2) of every head by the angle of its position, as Llama and Qwen2 do.
 * `x [batch, time, heads · headDim]`, `positions [batch, time]` → the shape of `x`. The way back is the same
 * rotation the other way round. A position beyond the tables is an error when the graph runs.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", ["B", "S", 32]);
 * const positions = graph.input("positions", "int32", ["B", "S"]);
 * const turned = rope(x, positions, ropeTables(graph, 64, 16, 10_000)); // two heads of 16
 * assertEquals(turned.shape, ["B", "S", 32]);
 * ```
 */
export function rope(x: Tensor, positions: Tensor, tables: RopeTables): Tensor {
  requireFloats("RoPE", tables.cos, tables.sin);
  requireInteger("RoPE", positions);
  requireRank("RoPE", x, 3);
  requireRank("RoPE", positions, 2);
  const { cos, sin } = tables;
  const half = cos.shape[1];
  const width = x.shape[2];
  if (cos.shape.length !== 2 || !sameShape(cos.shape, sin.shape)) {
    throw graphError("RoPE", "expected two tables [positions, headDim / 2]", [cos, sin]);
  }
  if (typeof half !== "number" || typeof width !== "number" || width % (2 * half) !== 0) {
    throw graphError("RoPE", "the width is no multiple of the head dimension", [x, cos]);
  }
  if (positions.shape[0] !== x.shape[0] || positions.shape[1] !== x.shape[1]) {
    throw graphError("RoPE", "one position a token is needed", [x, positions]);
  }
  const outputs = [{ dtype: x.dtype, shape: x.shape }];
  const gradient: Gradient = ([g]) => [rope(g!, positions, { cos, sin: neg(sin) })];
  if (x.dtype === "float64") {
    // The fused kernel is for float32 alone; with plain operators the same rule can be checked in float64.
    const turned = turn(x, positions, tables, width / (2 * half));
    const inputs = [turned, x.graph.integers(requireFixed("RoPE", x))];
    return x.graph.node({ op: "Reshape", inputs, outputs, wrt: [x], gradient })[0]!;
  }
  return x.graph.node({
    op: "RotaryEmbedding",
    domain: "com.microsoft",
    // The kernel takes tables of the operand's type.
    inputs: [x, toInt64(positions), cast(cos, x.dtype), cast(sin, x.dtype)],
    outputs,
    attributes: { interleaved: { int: 0 } },
    wrt: [x],
    gradient,
  })[0]!;
}

/** The rotation in plain operators: `[batch, time, heads, headDim]`. */
function turn(x: Tensor, positions: Tensor, tables: RopeTables, heads: number): Tensor {
  const [batch, time, width] = requireFixed("RoPE", x) as [number, number, number];
  const half = width / (2 * heads);
  const angles = (table: Tensor) => reshape(gatherRows(table, positions), [batch, time, 1, half]);
  const [cos, sin] = [angles(tables.cos), angles(tables.sin)];
  const pairs = split(reshape(x, [batch, time, heads, 2 * half]), -1, [half, half]);
  const [first, second] = pairs as [Tensor, Tensor];
  return concat(
    [sub(mul(first, cos), mul(second, sin)), add(mul(second, cos), mul(first, sin))],
    -1,
  );
}
