/** @file The operators under the names that make_engine.py gives them: what the golden values are compared with. */
import type { Tensor } from "../../../src/engine/graph.ts";
import * as op from "../../../src/engine/ops/mod.ts";

/** Operands by name. */
export type Operands = Readonly<Record<string, Tensor>>;

type Case = (x: Operands) => Tensor;

const BROADCAST = ["[2,3][2,3]", "[2,3][3]", "[3][2,3]", "[4,1,3][2,1]", "[2,3][]", "[1,1][2,1,3]"];

function arithmetic(name: string, f: (a: Tensor, b: Tensor) => Tensor): Record<string, Case> {
  return {
    ...Object.fromEntries(
      BROADCAST.map((shapes) => [`${name}${shapes}`, ({ a, b }: Operands) => f(a!, b!)]),
    ),
    [`${name} x x`]: ({ x }) => f(x!, x!),
  };
}

function reduction(
  name: string,
  f: (x: Tensor, axes?: readonly number[]) => Tensor,
): Record<string, Case> {
  const axes = [[0], [-1], [0, 2], [2, 1]];
  return {
    [`${name} all`]: ({ x }) => f(x!),
    ...Object.fromEntries(axes.map((at) => [`${name}[${at}]`, ({ x }: Operands) => f(x!, at)])),
  };
}

function products(): Record<string, Case> {
  const cases: Record<string, Case> = {};
  for (const rank of [2, 3, 4]) {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        for (const scale of [1, -0.75]) {
          cases[`matmul ${rank} ${+transposeA}${+transposeB} ${scale}`] = ({ a, b }) =>
            op.matmul(a!, b!, { transposeA, transposeB, scale });
        }
      }
    }
  }
  return cases;
}

/** `softmax` and so on: for each name, the operator applied to the operands of that name in the golden file. */
export const CASES: Readonly<Record<string, Case>> = {
  ...arithmetic("add", op.add),
  ...arithmetic("sub", op.sub),
  ...arithmetic("mul", op.mul),
  ...arithmetic("div", op.div),
  neg: ({ x }) => op.neg(x!),
  scale: ({ x }) => op.scale(x!, -1.75),
  shift: ({ x }) => op.shift(x!, 2.5),

  exp: ({ x }) => op.exp(x!),
  log: ({ x }) => op.log(x!),
  sqrt: ({ x }) => op.sqrt(x!),
  sigmoid: ({ x }) => op.sigmoid(x!),
  "sigmoid large": ({ x }) => op.sigmoid(x!),
  silu: ({ x }) => op.silu(x!),
  "silu large": ({ x }) => op.silu(x!),

  minimum: ({ a, b }) => op.minimum(a!, b!),
  clamp: ({ x }) => op.clamp(x!, -1, 0.5),
  where: ({ c, a, b }) => op.where(c!, a!, b!),
  "where broadcast": ({ c, a, b }) => op.where(c!, a!, b!),
  "where scalar": ({ c, a, b }) => op.where(c!, a!, b!),

  reshape: ({ x }) => op.reshape(x!, [3, 1, 4]),
  "transpose 2": ({ x }) => op.transpose(x!, [1, 0]),
  "transpose 4": ({ x }) => op.transpose(x!, [2, 0, 3, 1]),
  "split all": ({ x }) => op.concat(op.split(x!, 1, [1, 3, 2]).toReversed(), 1),
  "split one": ({ x }) => op.split(x!, -2, [1, 3, 2])[1]!,
  concat: ({ a, b, c }) => op.concat([a!, b!, c!], 1),
  "concat fixed": ({ a, b }) => op.concat([b!, a!], -1),
  "concat twice": ({ x }) => op.concat([x!, x!], 0),

  ...reduction("sum", op.sum),
  ...reduction("mean", op.mean),

  ...products(),
  "matmul x x": ({ x }) => op.matmul(x!, x!, { transposeB: true }),
  "linear 2": ({ x, w }) => op.linear(x!, w!),
  "linear 3": ({ x, w }) => op.linear(x!, w!),
  "linear 2 bias": ({ x, w, b }) => op.linear(x!, w!, b),
  "linear 3 bias": ({ x, w, b }) => op.linear(x!, w!, b),
  "linear fixed": ({ x, w }) => op.linear(x!, w!),

  "softmax 2": ({ x }) => op.softmax(x!),
  "softmax 4": ({ x }) => op.softmax(x!),
  "softmax large": ({ x }) => op.softmax(x!),
  gatherRows: ({ table, i }) => op.gatherRows(table!, i!),
  "gatherRows 2": ({ table, i }) => op.gatherRows(table!, i!),
  pick: ({ x, i }) => op.pick(x!, i!),
  "pick int64": ({ x, i }) => op.pick(x!, i!),
  logProb: ({ x, i }) => op.logProb(x!, i!),
  "logProb large": ({ x, i }) => op.logProb(x!, i!),

  "rmsNorm 1": ({ x, w }) => op.rmsNorm(x!, w!, 1e-6),
  "rmsNorm 2": ({ x, w }) => op.rmsNorm(x!, w!, 1e-6),
  "rmsNorm 3": ({ x, w }) => op.rmsNorm(x!, w!, 1e-6),
  "rmsNorm epsilon": ({ x, w }) => op.rmsNorm(x!, w!, 0.25),
  "rmsNorm fixed weight": ({ x, w }) => op.rmsNorm(x!, w!, 1e-6),
  "rope one head": ({ x, p }) => op.rope(x!, p!, tables(x!, 10_000)),
  rope: ({ x, p }) => op.rope(x!, p!, tables(x!, 500)),
  attention: ({ q, k, v, bias }) => op.attention(q!, k!, v!, bias!),
  "attention grouped": ({ q, k, v, bias }) => op.attention(q!, k!, v!, bias!),
  "attention one key head": ({ q, k, v, bias }) => op.attention(q!, k!, v!, bias!),
  "attention packed": ({ q, k, v, bias }) => op.attention(q!, k!, v!, bias!),
};

function tables(x: Tensor, theta: number): op.RopeTables {
  return op.ropeTables(x.graph, 16, 4, theta, {
    dtype: x.dtype === "float64" ? "float64" : "float32",
  });
}
