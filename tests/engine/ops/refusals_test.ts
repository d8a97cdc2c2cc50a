/** @file What operators refuse while the graph is built: the message names the operator, and the operands with their shapes. */
import { assertInstanceOf, assertStringIncludes, assertThrows } from "@std/assert";
import { Graph, GraphError, type Tensor } from "../../../src/engine/graph.ts";
import * as op from "../../../src/engine/ops/mod.ts";
import type { DType } from "../../../src/engine/dtype.ts";
import type { Shape } from "../../../src/engine/shape.ts";
import { gradients } from "../../../src/engine/autodiff.ts";

/** Makes an input of a type (float32 by default) and shape; inputs are named a, b, c in order. */
type Make = (shape: Shape, dtype?: DType) => Tensor;

/** What is refused, the call, and what the message says. */
type Refusal = readonly [what: string, call: (make: Make) => unknown, ...says: string[]];

const REFUSED: readonly Refusal[] = [
  ...([["add", "Add"], ["sub", "Sub"], ["mul", "Mul"], ["div", "Div"]] as const).flatMap(
    ([name, operator]): Refusal[] => [
      [
        `${name}() of shapes that do not broadcast`,
        (t) => op[name](t([2, 3]), t([2])),
        `${operator}: shapes do not broadcast: [2, 3] and [2]`,
      ],
      [
        `${name}() of a named size and a number`,
        (t) => op[name](t(["B"]), t([3])),
        `${operator}: shapes do not broadcast: [B] and [3]`,
      ],
      [
        `${name}() of two types`,
        (t) => op[name](t([2]), t([3], "float64")),
        `${operator}: operands of different types, float32 and float64`,
        "a: float32[2], b: float64[3]",
      ],
    ],
  ),
  ...([
    ["neg", "Neg"],
    ["exp", "Exp"],
    ["log", "Log"],
    ["sqrt", "Sqrt"],
    ["sigmoid", "Sigmoid"],
    ["silu", "SiLU"],
    ["softmax", "Softmax"],
    ["sum", "ReduceSum"],
    ["mean", "ReduceSum"],
  ] as const).map(([name, operator]): Refusal => [
    `${name}() of integers`,
    (t) => op[name](t([2, 3], "int32")),
    `${operator}: expected a floating type, found int32`,
    "a: int32[2, 3]",
  ]),
  ["scale() of integers", (t) => op.scale(t([2], "int64"), 2), "expected a floating type"],
  ["shift() of integers", (t) => op.shift(t([2], "int64"), 2), "expected a floating type"],
  ["softmax() of a scalar", (t) => op.softmax(t([])), "Softmax: [] has no axis -1"],

  [
    "minimum() of two shapes",
    (t) => op.minimum(t([2, 3]), t([3])),
    "Min: operands of different shapes",
    "a: float32[2, 3], b: float32[3]",
  ],
  ["minimum() of two types", (t) => op.minimum(t([2]), t([2], "float64")), "Min: operands of"],
  ["clamp() with crossed bounds", (t) => op.clamp(t([2]), 1, 0), "Clip: low 1 is above high 0"],
  ["clamp() with no number", (t) => op.clamp(t([2]), NaN, 0), "Clip: low NaN"],
  ["clamp() of integers", (t) => op.clamp(t([2], "int32"), 0, 1), "Clip: expected a floating"],
  ["less() of two types", (t) => op.less(t([2]), t([2], "int32")), "Less: operands of different"],
  [
    "lessOrEqual() of shapes that do not broadcast",
    (t) => op.lessOrEqual(t([2], "int32"), t([3], "int32")),
    "LessOrEqual: shapes do not broadcast: [2] and [3]",
  ],
  ["and() of numbers", (t) => op.and(t([2]), t([2])), "And: expected bool, found float32"],
  [
    "where() on a number",
    (t) => op.where(t([2]), t([2]), t([2])),
    "Where: expected a bool condition, found float32",
  ],
  [
    "where() on a condition of another shape",
    (t) => op.where(t([4], "bool"), t([2, 3]), t([3])),
    "Where: the condition [4] does not broadcast",
    "b: float32[2, 3], c: float32[3]",
  ],
  [
    "where() of two types",
    (t) => op.where(t([2], "bool"), t([2]), t([2], "float64")),
    "Where: operands of different types",
  ],

  ["reshape() to another size", (t) => op.reshape(t([2, 3]), [4]), "Reshape: [2, 3] cannot", "[4]"],
  ["reshape() to a new name", (t) => op.reshape(t([2, 3]), ["B", 3]), "Reshape: [2, 3] cannot"],
  [
    "reshape() of two names",
    (t) => op.reshape(t(["B", "S"]), ["S", "B"]),
    "Reshape: [B, S] cannot",
  ],
  ["transpose() by half", (t) => op.transpose(t([2, 3]), [1]), "Transpose: [1] is no permutation"],
  ["transpose() twice", (t) => op.transpose(t([2, 3]), [0, 0]), "Transpose: [0,0] is no"],
  [
    "split() into too much",
    (t) => op.split(t([2, 3]), 1, [2, 2]),
    "Split: parts of 2 + 2 do not make up dimension 3",
    "a: float32[2, 3]",
  ],
  ["split() of no axis", (t) => op.split(t([2, 3]), 2, [2]), "Split: [2, 3] has no axis 2"],
  [
    "concat() of shapes that differ elsewhere",
    (t) => op.concat([t([2, 3]), t([3, 3])], 1),
    "Concat: operands do not agree outside of axis 1",
    "a: float32[2, 3], b: float32[3, 3]",
  ],
  ["concat() of two types", (t) => op.concat([t([2]), t([2], "float64")], 0), "Concat: operands"],
  ["concat() along no axis", (t) => op.concat([t([2])], -2), "Concat: [2] has no axis -2"],
  ["toInt64() of floats", (t) => op.toInt64(t([2])), "Cast: expected integers, found float32"],
  ["zeros() of integers", (t) => op.zeros(t([2], "int32")), "scalar: expected a floating type"],
  ["zeros() of a named size", (t) => op.zeros(t(["B"])), "Expand: expected fixed sizes, found [B]"],

  ["sum() over no axis of it", (t) => op.sum(t([2, 3]), [2]), "ReduceSum: [2, 3] has no axis 2"],
  ["sum() over half an axis", (t) => op.sum(t([2, 3]), [0.5]), "ReduceSum: [2, 3] has no axis"],
  [
    "sum() over one axis twice",
    (t) => op.sum(t([2, 3]), [1, -1]),
    "an axis stands twice in [1, -1]",
  ],
  ["mean() over no axis of it", (t) => op.mean(t([2, 3]), [-3]), "[2, 3] has no axis -3"],
  ["mean() over a named size", (t) => op.mean(t(["B", 2])), "ReduceMean: expected fixed sizes"],

  [
    "matmul() of inner sizes that differ",
    (t) => op.matmul(t([2, 3]), t([4, 5])),
    "MatMul: shapes do not match: [2, 3] and [4, 5]",
  ],
  [
    "matmul() of a transposed operand",
    (t) => op.matmul(t([2, 3]), t([3, 5]), { transposeA: true }),
    "MatMul: shapes do not match: [2, 3] transposed and [3, 5]",
  ],
  ["matmul() of batches", (t) => op.matmul(t([2, 3, 4]), t([1, 4, 5])), "[2, 3, 4] and [1, 4, 5]"],
  ["matmul() of a vector", (t) => op.matmul(t([3]), t([3, 5])), "MatMul: expected two matrices"],
  ["matmul() of two types", (t) => op.matmul(t([2, 2]), t([2, 2], "float64")), "MatMul: operands"],
  [
    "linear() of inner sizes that differ",
    (t) => op.linear(t([2, 3]), t([4, 5])),
    "Linear: shapes do not match",
    "a: float32[2, 3], b: float32[4, 5]",
  ],
  ["linear() of a vector", (t) => op.linear(t([3]), t([3, 5])), "Linear: shapes do not match"],
  ["linear() of batched weights", (t) => op.linear(t([2, 3]), t([1, 3, 5])), "Linear: expected 2"],
  [
    "linear() with a bias of another size",
    (t) => op.linear(t([2, 3]), t([3, 5]), t([3])),
    "Linear: shapes do not match",
    "c: float32[3]",
  ],

  [
    "addRows() of rows of another width",
    (t) => op.addRows(t([4, 3]), t([2], "int32"), t([2, 2])),
    "AddRows: expected an index for each row of width 3",
    "b: int32[2], c: float32[2, 2]",
  ],
  [
    "addRows() of fewer rows than indices",
    (t) => op.addRows(t([4, 3]), t([2], "int32"), t([1, 3])),
    "AddRows: expected an index for each row",
  ],
  ["gatherRows() by numbers", (t) => op.gatherRows(t([2, 3]), t([2])), "Gather: expected integers"],
  ["gatherRows() of a vector", (t) => op.gatherRows(t([2]), t([2], "int32")), "Gather: expected 2"],
  [
    "gatherRows() of integers",
    (t) => op.gatherRows(t([2, 2], "int32"), t([2], "int32")),
    "Gather: expected a floating type",
  ],
  [
    "pick() with too few indices",
    (t) => op.pick(t([2, 3]), t([3], "int32")),
    "GatherElements: expected [2] indices",
    "a: float32[2, 3], b: int32[3]",
  ],
  ["pick() by numbers", (t) => op.pick(t([2, 3]), t([2])), "GatherElements: expected integers"],
  [
    "pick() of a batch",
    (t) => op.pick(t([2, 3, 4]), t([2], "int32")),
    "GatherElements: expected 2",
  ],
  [
    "pickTime() with too few indices",
    (t) => op.pickTime(t([2, 3, 4]), t([3], "int32")),
    "GatherND: one index an entry is needed",
    "a: float32[2, 3, 4], b: int32[3]",
  ],
  [
    "pickTime() of a matrix",
    (t) => op.pickTime(t([2, 3]), t([2], "int32")),
    "GatherND: expected 3",
  ],
  [
    "logProb() with too few labels",
    (t) => op.logProb(t([2, 3]), t([3], "int32")),
    "LogProb: expected one label a row",
    "a: float32[2, 3], b: int32[3]",
  ],
  ["logProb() of numbers", (t) => op.logProb(t([2, 3]), t([2])), "LogProb: expected integers"],
  ["logProb() of a batch", (t) => op.logProb(t([1, 2, 3]), t([2], "int32")), "LogProb: expected 2"],

  [
    "rmsNorm() with a weight of another size",
    (t) => op.rmsNorm(t([2, 3]), t([2]), 1e-6),
    "RMSNorm: the weight does not match the last dimension",
    "a: float32[2, 3], b: float32[2]",
  ],
  [
    "addRmsNorm() of two shapes",
    (t) => op.addRmsNorm(t([2, 3]), t([3]), t([3]), 1e-6).normed,
    "AddRMSNorm: shapes do not match",
  ],
  [
    "addRmsNorm() with a weight of another size",
    (t) => op.addRmsNorm(t([2, 3]), t([2, 3]), t([2]), 1e-6).normed,
    "AddRMSNorm: shapes do not match",
  ],
  ["rmsNorm() of a scalar", (t) => op.rmsNorm(t([]), t([1]), 1e-6), "RMSNorm: the weight"],
  ["rmsNorm() of two types", (t) => op.rmsNorm(t([2]), t([2], "float64"), 1e-6), "RMSNorm: oper"],
  ...([
    ["of a width that no head fits", [1, 2, 6], [1, 2], [8, 2], [8, 2], "the width is no multiple"],
    ["with too few positions", [1, 2, 4], [1, 3], [8, 2], [8, 2], "one position a token"],
    ["with tables that differ", [1, 2, 4], [1, 2], [8, 2], [7, 2], "expected two tables"],
    ["of a matrix", [2, 4], [2, 4], [8, 2], [8, 2], "RoPE: expected 3 dimensions, found [2, 4]"],
  ] as const).map(([what, x, positions, cos, sin, says]): Refusal => [
    `rope() ${what}`,
    (t) => op.rope(t(x), t(positions, "int32"), { cos: t(cos), sin: t(sin) }),
    "RoPE: ",
    says,
  ]),
  [
    "rope() at numbers",
    (t) => op.rope(t([1, 2, 4]), t([1, 2]), { cos: t([8, 2]), sin: t([8, 2]) }),
    "RoPE: expected integers",
  ],
  ...([
    ["of keys of another head dimension", [1, 4, 3, 2], [1, 2, 3, 4], [1, 2, 3, 4], [1, 1, 3, 3]],
    ["of values of another time", [1, 4, 3, 2], [1, 2, 3, 2], [1, 2, 4, 2], [1, 1, 3, 3]],
    ["of key heads that do not divide", [1, 4, 3, 2], [1, 3, 3, 2], [1, 3, 3, 2], [1, 1, 3, 3]],
    ["with a bias for each head", [1, 4, 3, 2], [1, 2, 3, 2], [1, 2, 3, 2], [1, 4, 3, 3]],
    ["of a named batch", ["B", 4, 3, 2], ["B", 2, 3, 2], ["B", 2, 3, 2], ["B", 1, 3, 3]],
  ] as const).map(([what, q, k, v, bias]): Refusal => [
    `attention() ${what}`,
    (t) => op.attention(t(q), t(k), t(v), t(bias)),
    "Attention: shapes do not match, or are not fixed",
    "a: float32[",
    "b: float32[",
  ]),
  [
    "attention() of matrices",
    (t) => op.attention(t([2, 2]), t([2, 2]), t([2, 2]), t([2, 2])),
    "Attention: expected 4 dimensions, found [2, 2]",
  ],

  [
    "gradients() of integers",
    (t) => gradients(t([2], "int32"), []),
    "gradients: expected a floating",
  ],
  [
    "gradients() of an unknown size",
    (t) => gradients(op.exp(t(["B"])), []),
    "gradients: expected fixed sizes, found [B]",
  ],
  [
    "gradients() from a seed of another shape",
    (t) => gradients(op.exp(t([2])), [], t([3])),
    "gradients: the seed is not of the shape",
    "b: float32[3]",
  ],
  [
    "gradients() with respect to what has no part in it",
    (t) => gradients(op.exp(t([2])), [t([3])]),
    "gradients: no gradient reaches b",
    "b: float32[3]",
  ],
  [
    "gradients() through a comparison",
    (t) => {
      const [a, b] = [t([2]), t([2])];
      return gradients(op.where(op.less(a, b), a.graph.scalar("float32", 1), a), [b]);
    },
    "gradients: no gradient reaches b",
  ],
  [
    "gradients() of gradients",
    (t) => {
      const x = t([2]);
      return gradients(op.sum(op.mul(x, gradients(op.silu(x), [x])[0]!)), [x]);
    },
    "gradients: second derivatives are not supported",
  ],
];

for (const [what, call, ...says] of REFUSED) {
  Deno.test(`${what} is refused`, () => {
    const graph = new Graph();
    const make: Make = (shape, dtype = "float32") =>
      graph.input("abcdef"[graph.inputs.length]!, dtype, shape);
    const error = assertThrows(() => graph.scope("layer", () => call(make)));
    assertInstanceOf(error, GraphError);
    for (const part of ["layer/", ...says]) assertStringIncludes(error.message, part);
  });
}

/** Valid operands of cachedAttention, as [shape, type], by name. */
const CACHED: Record<string, readonly [Shape, DType?]> = {
  qkv: [["B", "S", 128]], // four heads of queries, two of keys, two of values
  keys: [["B", 2, "C", 16]],
  values: [["B", 2, "C", 16]],
  last: [["B"], "int32"],
  longest: [[1], "int32"],
  cos: [[99, 8]],
  sin: [[99, 8]],
};

const CACHED_REFUSED: readonly [string, keyof typeof CACHED, Shape, DType, string][] = [
  ["no whole heads", "qkv", ["B", "S", 127], "float32", "shapes do not match"],
  ["query heads that do not divide", "qkv", ["B", "S", 112], "float32", "shapes do not match"],
  ["no query heads", "qkv", ["B", "S", 64], "float32", "shapes do not match"],
  ["a matrix", "qkv", ["B", 128], "float32", "expected 3 dimensions"],
  ["another batch", "qkv", ["A", "S", 128], "float32", "shapes do not match"],
  ["caches that differ", "values", ["B", 2, "D", 16], "float32", "shapes do not match"],
  ["lengths in int64", "last", ["B"], "int64", "expected lengths in int32"],
  ["one length for all", "last", [1], "int32", "expected lengths in int32"],
  ["a scalar length", "longest", [], "int32", "expected lengths in int32"],
  ["tables of other heads", "cos", [99, 4], "float32", "expected tables of 8 angles"],
  ["tables of two lengths", "sin", [98, 8], "float32", "expected tables of 8 angles"],
  ["a cache of another type", "keys", ["B", 2, "C", 16], "float64", "operands of different types"],
];

for (const [what, name, shape, dtype, says] of CACHED_REFUSED) {
  Deno.test(`cachedAttention() of ${what} is refused`, () => {
    const build = (changed: typeof CACHED) => {
      const graph = new Graph();
      const t = Object.fromEntries(
        Object.entries(changed).map(([name, [shape, dtype]]) => [
          name,
          graph.input(name, dtype ?? "float32", shape),
        ]),
      ) as Record<string, Tensor>;
      const cache = { keys: t.keys!, values: t.values! };
      const tables = { cos: t.cos!, sin: t.sin! };
      return op.cachedAttention(t.qkv!, cache, t.last!, t.longest!, tables);
    };
    build(CACHED);
    assertThrows(() => build({ ...CACHED, [name]: [shape, dtype] }), GraphError, says);
  });
}

Deno.test("cachedAttention() of small heads is refused", () => {
  const graph = new Graph();
  const qkv = graph.input("qkv", "float32", [1, 1, 24]);
  const cache = graph.input("cache", "float32", [1, 1, 4, 8]);
  const lengths = graph.input("lengths", "int32", [1]);
  const tables = op.ropeTables(graph, 4, 8, 100);
  const caches = { keys: cache, values: cache };
  assertThrows(
    () => op.cachedAttention(qkv, caches, lengths, lengths, tables),
    GraphError,
    "CachedAttention: expected heads of a multiple of 16, found 8",
  );
});

Deno.test("concat() of nothing is refused", () => {
  assertThrows(() => op.concat([], 0), RangeError, "nothing to join");
});
