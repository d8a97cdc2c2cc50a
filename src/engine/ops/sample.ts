/** @file The next token drawn within a graph, so that logits need not leave the device that made them. */
import { ONNX_TYPE } from "../dtype.ts";
import type { Tensor } from "../graph.ts";
import { add, mul, scale, shift, sub } from "./arithmetic.ts";
import { graphError, requireFixed, requireFloats, requireRank } from "./check.ts";
import { minimum } from "./extremum.ts";
import { pick } from "./gather.ts";
import { reshape, viewAs } from "./layout.ts";
import { exp, log } from "./pointwise.ts";
import { sum } from "./reduce.ts";
import { lessOrEqual, where } from "./select.ts";

/** A drawn token a row. */
export interface Sampled {
  /** Ids, int32 `[N]`. */
  readonly tokens: Tensor;
  /** Their log-probabilities at the temperature, over the whole vocabulary, `[N]`. */
  readonly logProbs: Tensor;
}

/** What a draw reads beside the logits. */
export interface SampleInputs {
  /** What the logits are multiplied by: 1 / temperature; `[]`. */
  readonly inverseTemperature: Tensor;
  /** One uniform number a row, from 0 up to but without 1, `[N]`. */
  readonly uniform: Tensor;
  /** 0, 1, … N − 1, int32 `[N]`: how many rows there are is known only when the graph runs. */
  readonly rows: Tensor;
}

/** What a truncated draw reads besides: scalars, `[]`. */
export interface Truncation {
  /** Share of the probability that is kept; from 1 on all. */
  readonly topP: Tensor;
  /** Number of tokens that are kept, as a floating number. */
  readonly topK: Tensor;
}

/** Tokens of a block: sums run over the blocks of a vocabulary, and then within one. */
const BLOCK = 256;
/** Below it a probability is 0 in float32, whose smallest number is e^−103.3. */
const LOWEST = -104;
/** Halvings of the range of logits, after which its ends are nearer to each other than float32 can tell. */
const HALVINGS = 36;

/**
 * The most probable token of each row of `logits [N, vocabulary]`; of equal ones the first. Not a number where a logit is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const logits = new Graph().input("logits", "float32", ["N", 40]);
 * assertEquals(mostProbable(logits).tokens.shape, ["N"]);
 * ```
 */
export function mostProbable(logits: Tensor): Sampled {
  const { largest, total } = probabilities(logits);
  const [n] = logits.shape;
  const { graph, dtype } = logits;
  // Where the largest is, counted from the back as the largest of falling numbers.
  const width = requireFixed("ArgMax", logits, [logits.shape[1]!])[0]!;
  const falling = graph.constant(
    dtype,
    [1, width],
    Float32Array.from({ length: width }, (_, i) => width - i),
  );
  const found = where(lessOrEqual(largest, logits), falling, graph.scalar(dtype, 0));
  const tokens = toInt32(shift(scale(reduceMax(found), -1), width));
  return { tokens: reshape(tokens, [n!]), logProbs: reshape(scale(log(total), -1), [n!]) };
}

/**
 * Draws a token from each row of `logits [N, vocabulary]`, float32: the first at which the sum of probabilities, from the first token of
 * the vocabulary on, exceeds the row's uniform number. With `truncation` among the fewest tokens that hold `topP` of the probability, and
 * among the `topK` most probable; a token as probable as the last of them belongs to them. A token of probability 0 has no chance. The
 * log-probability is not a number where a logit is none.
 *
 * Two levels of sums (over blocks, and within one) take the place of one over the whole vocabulary, for which kernels of GPUs
 * add anew at every token; thresholds are found by halving, because they cannot sort.
 *
 * @throws {GraphError} for shapes that do not match.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Graph } from "../graph.ts";
 *
 * const graph = new Graph();
 * const { tokens } = sample(graph.input("logits", "float32", ["N", 40]), {
 *   inverseTemperature: graph.input("inverseTemperature", "float32", []),
 *   uniform: graph.input("uniform", "float32", ["N"]),
 *   rows: graph.input("rows", "int32", ["N"]),
 * });
 * assertEquals([tokens.dtype, tokens.shape], ["int32", ["N"]]);
 * ```
 */
export function sample(
  logits: Tensor,
  { inverseTemperature, uniform, rows }: SampleInputs,
  truncation: Truncation | null = null,
): Sampled {
  const op = "Sample";
  requireFloats(op, logits, inverseTemperature, uniform);
  requireRank(op, logits, 2);
  const { graph } = logits;
  const [n, width] = logits.shape as [Tensor["shape"][number], Tensor["shape"][number]];
  const vocabulary = requireFixed(op, logits, [width])[0]!;
  if (rows.dtype !== "int32" || `${rows.shape}` !== `${[n]}` || `${uniform.shape}` !== `${[n]}`) {
    throw graphError(op, "expected a number and a place a row", [logits, uniform, rows]);
  }
  const { shifted, weights, total } = probabilities(mul(logits, inverseTemperature));
  const kept = truncation ? truncate(shifted, weights, total, truncation) : weights;

  const blocks = Math.ceil(vocabulary / BLOCK);
  const blocked = viewAs(
    padded(kept, blocks * BLOCK - vocabulary),
    [-1, blocks, BLOCK],
    [n, blocks, BLOCK],
  );
  const bySum = running(sum(blocked, [-1]));
  const target = mul(reshape(uniform, [n, 1]), lastOf(bySum));
  const [block, before] = firstAbove(bySum, target);
  const flat = viewAs(blocked, [-1, BLOCK], [`${n}·${blocks}`, BLOCK]);
  const at = addInt32(mulInt32(rows, blocks), toInt32(reshape(block, [n])));
  const [inside] = graph.node({
    op: "Gather",
    inputs: [flat, at],
    outputs: [{ dtype: kept.dtype, shape: [n, BLOCK] }],
    attributes: { axis: { int: 0 } },
  });
  const [place] = firstAbove(running(inside!), sub(target, before));
  const tokens = toInt32(reshape(add(scale(block, BLOCK), place), [n]));
  return { tokens, logProbs: sub(pick(shifted, tokens), reshape(log(total), [n])) };
}

/** Exponentials of logits less the row's largest, and their sums `[N, 1]`. */
function probabilities(
  logits: Tensor,
): Record<"largest" | "shifted" | "weights" | "total", Tensor> {
  const largest = reduceMax(logits);
  const shifted = sub(logits, largest);
  const weights = exp(shifted);
  const total = reshape(sum(weights, [-1]), [logits.shape[0]!, 1]);
  return { largest, shifted, weights, total };
}

/** `weights` with 0 for what is not drawn. */
function truncate(
  shifted: Tensor,
  weights: Tensor,
  total: Tensor,
  { topP, topK }: Truncation,
): Tensor {
  const { graph, dtype } = shifted;
  const zero = graph.scalar(dtype, 0);
  const ones = graph.scalar(dtype, 1);
  const mass = mul(total, topP);
  const column = (x: Tensor) => reshape(sum(x, [-1]), total.shape);
  const byMass = threshold(
    shifted,
    (floor) => lessOrEqual(mass, column(where(lessOrEqual(floor, shifted), weights, zero))),
  );
  const byCount = threshold(
    shifted,
    (floor) => lessOrEqual(topK, column(where(lessOrEqual(floor, shifted), ones, zero))),
  );
  // What either keeps out is out.
  const floor = where(lessOrEqual(byMass, byCount), byCount, byMass);
  return where(lessOrEqual(floor, shifted), weights, zero);
}

/** The largest logit of each row at which `enough(floor)` still holds, `[N, 1]`; the lowest where it holds nowhere. */
function threshold(shifted: Tensor, enough: (floor: Tensor) => Tensor): Tensor {
  const { graph, dtype } = shifted;
  let low: Tensor = graph.scalar(dtype, LOWEST);
  // Above the largest, which is 0: nothing lies there.
  let high: Tensor = graph.scalar(dtype, 1);
  for (let i = 0; i < HALVINGS; i++) {
    const middle = scale(add(low, high), 0.5);
    const holds = enough(middle);
    low = where(holds, middle, low);
    high = where(holds, high, middle);
  }
  return low;
}

/**
 * For each row of running sums `[N, k]` the place of the first above `target [N, 1]`, as a floating number `[N, 1]`, and the sum before it.
 * Where rounding puts the target at the last sum or beyond it, the last place at which the sums still rise.
 */
function firstAbove(sums: Tensor, target: Tensor): [Tensor, Tensor] {
  const { graph, dtype, shape } = sums;
  const [n] = shape;
  const [zero, one] = [graph.scalar(dtype, 0), graph.scalar(dtype, 1)];
  const count = (below: Tensor) => reshape(sum(where(below, one, zero), [-1]), [n!, 1]);
  const last = lastOf(sums);
  const belowTarget = lessOrEqual(sums, target);
  // not(last ≤ sums), in what needs no further kernel.
  const rising = sub(graph.scalar(dtype, Number(shape[1])), count(lessOrEqual(last, sums)));
  const place = minimum(count(belowTarget), rising);
  const before = where(belowTarget, sums, zero);
  return [place, minimum(reduceMax(before), last)];
}

/** The last column, `[N, 1]`: of running sums of what is not negative the largest. */
const lastOf = reduceMax;

function reduceMax(x: Tensor): Tensor {
  return x.graph.node({
    op: "ReduceMax",
    inputs: [x, x.graph.integers([1])],
    outputs: [{ dtype: x.dtype, shape: [x.shape[0]!, 1] }],
    attributes: { keepdims: { int: 1 } },
  })[0]!;
}

/** Running sums of rows, which the kernels add one by one, so that they never fall. */
function running(x: Tensor): Tensor {
  const { graph, dtype, shape } = x;
  const axis = graph.constant("int32", [], Int32Array.of(1));
  return graph.node({ op: "CumSum", inputs: [x, axis], outputs: [{ dtype, shape }] })[0]!;
}

/** Zeros behind the columns. */
function padded(x: Tensor, columns: number): Tensor {
  if (columns === 0) return x;
  const { graph, dtype, shape: [n, width] } = x;
  return graph.node({
    op: "Pad",
    inputs: [x, graph.integers([0, 0, 0, columns])],
    outputs: [{ dtype, shape: [n!, Number(width) + columns] }],
    attributes: { mode: { string: "constant" } },
  })[0]!;
}

function toInt32(x: Tensor): Tensor {
  return x.graph.node({
    op: "Cast",
    inputs: [x],
    outputs: [{ dtype: "int32", shape: x.shape }],
    attributes: { to: { int: ONNX_TYPE.int32 } },
  })[0]!;
}

function mulInt32(x: Tensor, factor: number): Tensor {
  const inputs = [x, x.graph.constant("int32", [], Int32Array.of(factor))];
  return x.graph.node({ op: "Mul", inputs, outputs: [{ dtype: "int32", shape: x.shape }] })[0]!;
}

function addInt32(a: Tensor, b: Tensor): Tensor {
  return a.graph.node({
    op: "Add",
    inputs: [a, b],
    outputs: [{ dtype: "int32", shape: a.shape }],
  })[0]!;
}
