/** @file Runs a graph of fixed shapes once, from plain numbers to plain numbers. */
import { allocate, type ArrayOf, type DType } from "../../src/engine/dtype.ts";
import type { Graph } from "../../src/engine/graph.ts";
import { HostTensor } from "../../src/engine/ort/ort.ts";
import { Program } from "../../src/engine/program.ts";
import { sizeOf } from "../../src/engine/shape.ts";

/** An array of this type with these elements. */
export function arrayOf<D extends DType>(
  dtype: D,
  values: ArrayLike<number | boolean>,
): ArrayOf[D] {
  const array = allocate(dtype, values.length);
  for (let i = 0; i < values.length; i++) {
    array[i] = dtype === "int64" ? BigInt(values[i]!) : Number(values[i]);
  }
  return array;
}

/** A tensor with these elements. */
export function tensor<D extends DType>(
  dtype: D,
  shape: readonly number[],
  values: ArrayLike<number | boolean>,
): HostTensor<D> {
  return new HostTensor(dtype, shape, arrayOf(dtype, values));
}

/** Named results of the graph for these named inputs. */
export function evaluate(
  graph: Graph,
  inputs: Readonly<Record<string, readonly number[]>>,
  threads = 1,
): Record<string, number[]> {
  const fixed = (shape: readonly (number | string)[]) => (sizeOf(shape), shape.map(Number));
  const given = Object.fromEntries(
    graph.inputs.map((t) => [t.name, tensor(t.dtype, fixed(t.shape), inputs[t.name]!)]),
  );
  const made = Object.fromEntries(
    graph.outputs.map((o) => [o.name, HostTensor.zeros(o.tensor.dtype, fixed(o.tensor.shape))]),
  );
  using program = new Program(graph, { threads });
  using binding = program.bind(given, made);
  binding.run();
  for (const t of Object.values(given)) t[Symbol.dispose]();
  return Object.fromEntries(
    Object.entries(made).map(([name, t]) => {
      t[Symbol.dispose]();
      return [name, Array.from(t.data as ArrayLike<number | bigint>, Number)];
    }),
  );
}
