/** @file Matrix products. */
import type { Tensor } from "../graph.ts";
import { type Dim, formatShape, sameShape, sizeOf } from "../shape.ts";
import { add } from "./arithmetic.ts";
import { graphError, requireFixed, requireFloats, requireRank } from "./check.ts";
import { reshape } from "./layout.ts";

/** How {@link matmul} takes its operands. */
export interface MatmulOptions {
  /** Transpose the last two dimensions of `a`. */
  readonly transposeA?: boolean;
  /** Transpose the last two dimensions of `b`. */
  readonly transposeB?: boolean;
  /** Factor on the product, which the kernel takes as a float32. */
  readonly scale?: number;
}

/**
 * Product of matrices `a [m, k]` and `b [k, n]`; both may carry the same leading dimensions. One kernel transposes,
 * multiplies and scales, without making a transposed copy.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const q = graph.input("q", "float32", [2, 5, 4]);
 * const k = graph.input("k", "float32", [2, 7, 4]);
 * assertEquals(matmul(q, k, { transposeB: true, scale: 0.5 }).shape, [2, 5, 7]);
 * ```
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  requireFloats("MatMul", a, b);
  const { transposeA = false, transposeB = false, scale = 1 } = options;
  const rank = a.shape.length;
  if (rank < 2 || b.shape.length !== rank) {
    throw graphError("MatMul", "expected two matrices with the same leading dimensions", [a, b]);
  }
  const side = (t: Tensor, flipped: boolean): [Dim, Dim] => {
    const [rows, columns] = [t.shape[rank - 2]!, t.shape[rank - 1]!];
    return flipped ? [columns, rows] : [rows, columns];
  };
  const [m, k] = side(a, transposeA);
  const [k2, n] = side(b, transposeB);
  const leading = a.shape.slice(0, -2);
  if (k !== k2 || !sameShape(leading, b.shape.slice(0, -2))) {
    const view = (t: Tensor, flipped: boolean) =>
      formatShape(t.shape) + (flipped ? " transposed" : "");
    throw graphError(
      "MatMul",
      `shapes do not match: ${view(a, transposeA)} and ${view(b, transposeB)}`,
      [a, b],
    );
  }
  const outputs = [{ dtype: a.dtype, shape: [...leading, m, n] }];
  const gradient = ([g]: readonly (Tensor | null)[]) => {
    const da = transposeA
      ? matmul(b, g!, { transposeA: transposeB, transposeB: true, scale })
      : matmul(g!, b, { transposeB: !transposeB, scale });
    const db = transposeB
      ? matmul(g!, a, { transposeA: true, transposeB: transposeA, scale })
      : matmul(a, g!, { transposeA: !transposeA, scale });
    return [a.differentiable ? da : null, b.differentiable ? db : null];
  };
  const flags = { transA: { int: Number(transposeA) }, transB: { int: Number(transposeB) } };
  if (rank === 2) {
    return a.graph.node({
      op: "Gemm",
      inputs: [a, b],
      outputs,
      attributes: { ...flags, alpha: { float: scale } },
      gradient,
    })[0]!;
  }
  return a.graph.node({
    op: "FusedMatMul",
    domain: "com.microsoft",
    inputs: [a, b],
    outputs,
    attributes: { ...flags, alpha: { float: scale } },
    gradient,
  })[0]!;
}

/**
 * `x [..., in] · w [in, out] + bias [out]`. Weights are kept as [in, out], the other way round than in Hugging Face
 * files: the kernel then reads them in order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", ["B", "S", 4]);
 * const w = graph.input("w", "float32", [4, 6]);
 * const b = graph.input("b", "float32", [6]);
 * assertEquals(linear(x, w, b).shape, ["B", "S", 6]);
 * ```
 */
export function linear(x: Tensor, w: Tensor, bias?: Tensor): Tensor {
  requireRank("Linear", w, 2);
  requireFloats("Linear", x, w, ...(bias ? [bias] : []));
  const [inner, outer] = w.shape;
  if (
    x.shape.length < 2 || x.shape.at(-1) !== inner || (bias && !sameShape(bias.shape, [outer!]))
  ) {
    throw graphError("Linear", "shapes do not match", [x, w, ...(bias ? [bias] : [])]);
  }
  const shape = [...x.shape.slice(0, -1), outer!];
  const flat = (t: Tensor) => {
    const rows = sizeOf(requireFixed("Linear", t, t.shape.slice(0, -1)));
    return reshape(t, [rows, t.shape.at(-1)!]);
  };
  const [product] = x.graph.node({
    op: "MatMul",
    inputs: [x, w],
    outputs: [{ dtype: x.dtype, shape }],
    gradient: ([g]) => [
      x.differentiable ? reshape(matmul(flat(g!), w, { transposeB: true }), x.shape) : null,
      w.differentiable ? matmul(flat(x), flat(g!), { transposeA: true }) : null,
    ],
  });
  return bias ? add(product!, bias) : product!;
}
