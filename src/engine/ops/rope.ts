/** @file Rotary position embedding. */
import { allocate, type DType } from "../dtype.ts";
import type { Graph, Tensor } from "../graph.ts";
import { neg } from "./arithmetic.ts";
import { toInt64 } from "./layout.ts";
import { graphError, requireFloats, requireInteger, requireRank } from "./check.ts";

/** Cosines and sines of all rotation angles, each `[positions, headDim / 2]`. */
export interface RopeTables {
  /** Cosines. */
  readonly cos: Tensor;
  /** Sines. */
  readonly sin: Tensor;
}

/** The angles `position · theta^(−2i / headDim)` (Su et al., arXiv 2104.09864, section 3.2). */
export function ropeAngles(positions: number, headDim: number, theta: number): {
  cos: Float32Array<ArrayBuffer>;
  sin: Float32Array<ArrayBuffer>;
} {
  const half = headDim / 2;
  const cos = allocate("float32", positions * half);
  const sin = allocate("float32", positions * half);
  for (let i = 0; i < half; i++) {
    // The frequency in float32 and the angle as its float32 product: what the reference implementations compute.
    const frequency = Math.fround(1 / Math.fround(theta ** ((2 * i) / headDim)));
    for (let position = 0; position < positions; position++) {
      const angle = Math.fround(position * frequency);
      cos[position * half + i] = Math.cos(angle);
      sin[position * half + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

/** {@link ropeAngles} as constants of a graph. */
export function ropeTables(
  graph: Graph,
  positions: number,
  headDim: number,
  theta: number,
  dtype: DType & ("float32" | "float64") = "float32",
): RopeTables {
  const { cos, sin } = ropeAngles(positions, headDim, theta);
  const shape = [positions, headDim / 2];
  const made = (data: Float32Array<ArrayBuffer>) =>
    graph.constant(dtype, shape, dtype === "float64" ? Float64Array.from(data) : data);
  return { cos: made(cos), sin: made(sin) };
}

/**
 * Turns the pairs (i, i + headDim/2) of every head by the angle of its position, as Llama and Qwen2 do.
 * `x [batch, time, heads · headDim]`, `positions [batch, time]` → the shape of `x`. The way back is the same
 * rotation the other way round.
 */
export function rope(x: Tensor, positions: Tensor, tables: RopeTables): Tensor {
  requireFloats("RoPE", x, tables.cos, tables.sin);
  requireInteger("RoPE", positions);
  requireRank("RoPE", x, 3);
  requireRank("RoPE", positions, 2);
  const half = tables.cos.shape[1];
  const width = x.shape[2];
  if (typeof half !== "number" || typeof width !== "number" || width % (2 * half) !== 0) {
    throw graphError("RoPE", "the width is no multiple of the head dimension", [x, tables.cos]);
  }
  if (positions.shape[0] !== x.shape[0] || positions.shape[1] !== x.shape[1]) {
    throw graphError("RoPE", "one position a token is needed", [x, positions]);
  }
  return x.graph.node({
    op: "RotaryEmbedding",
    domain: "com.microsoft",
    inputs: [x, toInt64(positions), tables.cos, tables.sin],
    outputs: [{ dtype: x.dtype, shape: x.shape }],
    attributes: { interleaved: { int: 0 } },
    gradient: ([g]) => [
      rope(g!, positions, { cos: tables.cos, sin: neg(tables.sin) }),
    ],
  })[0]!;
}
