/** @file Elementwise arithmetic of two tensors, with NumPy's broadcasting. */
import type { Tensor } from "../graph.ts";
import { broadcastAxes, sameShape } from "../shape.ts";
import { requireBroadcast, requireFloats } from "./check.ts";
import { reshape } from "./layout.ts";
import { sum } from "./reduce.ts";

type Rule = (g: Tensor, a: Tensor, b: Tensor) => [Tensor, Tensor];

function binary(op: string, a: Tensor, b: Tensor, rule: Rule): Tensor {
  requireFloats(op, a, b);
  const shape = requireBroadcast(op, a, b);
  return a.graph.node({
    op,
    inputs: [a, b],
    outputs: [{ dtype: a.dtype, shape }],
    gradient: ([g]) => {
      const [da, db] = rule(g!, a, b);
      return [
        a.differentiable ? unbroadcast(da, a) : null,
        b.differentiable ? unbroadcast(db, b) : null,
      ];
    },
  })[0]!;
}

/** Sums a gradient over the axes that broadcasting stretched, back to the operand's shape. */
function unbroadcast(gradient: Tensor, operand: Tensor): Tensor {
  if (sameShape(gradient.shape, operand.shape)) return gradient;
  const axes = broadcastAxes(operand.shape, gradient.shape);
  return reshape(axes.length > 0 ? sum(gradient, axes) : gradient, operand.shape);
}

/** `a + b`. */
export function add(a: Tensor, b: Tensor): Tensor {
  return binary("Add", a, b, (g) => [g, g]);
}

/** `a − b`. */
export function sub(a: Tensor, b: Tensor): Tensor {
  return binary("Sub", a, b, (g) => [g, neg(g)]);
}

/** `a · b`, element by element. */
export function mul(a: Tensor, b: Tensor): Tensor {
  return binary("Mul", a, b, (g, a, b) => [mul(g, b), mul(g, a)]);
}

/** `a / b`. */
export function div(a: Tensor, b: Tensor): Tensor {
  return binary("Div", a, b, (g, a, b) => {
    const da = div(g, b);
    return [da, neg(mul(da, div(a, b)))];
  });
}

/** `−x`. */
export function neg(x: Tensor): Tensor {
  requireFloats("Neg", x);
  return x.graph.node({
    op: "Neg",
    inputs: [x],
    outputs: [{ dtype: x.dtype, shape: x.shape }],
    gradient: ([g]) => [neg(g!)],
  })[0]!;
}

/** `factor · x` for a fixed factor. */
export function scale(x: Tensor, factor: number): Tensor {
  return mul(x, x.graph.scalar(x.dtype, factor));
}

/** `x + shift` for a fixed number. */
export function shift(x: Tensor, by: number): Tensor {
  return add(x, x.graph.scalar(x.dtype, by));
}
