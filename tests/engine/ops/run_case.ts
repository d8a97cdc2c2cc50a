/** @file Runs a golden case through the engine, in float32 or float64, with its gradients. */
import { gradients } from "../../../src/engine/autodiff.ts";
import { Graph, type Tensor } from "../../../src/engine/graph.ts";
import { HostTensor } from "../../../src/engine/ort/ort.ts";
import { Program } from "../../../src/engine/program.ts";
import { arrayOf } from "../evaluate.ts";
import type { Operands } from "./cases.ts";
import type { GoldenCase } from "./golden.ts";

/** Elements of either floating type, which are used alike here. */
type Floats = Float64Array;

/** A case that is compiled: its operands can be changed, and it can be run again. */
export interface CompiledCase extends Disposable {
  /** Elements of the operands that gradients are taken for. */
  readonly inputs: ReadonlyMap<string, Floats>;
  /** The result, after a run. */
  readonly output: Floats;
  /** The shape that the graph says the result has. */
  readonly shape: readonly (number | string)[];
  /** Gradients of Σ seed · result, after a run. */
  readonly gradients: ReadonlyMap<string, Floats>;
  /** ONNX operators of the graph. */
  readonly operators: ReadonlySet<string>;
  run(): void;
}

/**
 * Compiles an operator for the operands of a case, with or without the way back. Floating operands without a gradient
 * become constants.
 */
export function compileCase(
  build: (x: Operands) => Tensor,
  golden: GoldenCase,
  dtype: "float32" | "float64",
  { backward = true } = {},
): CompiledCase {
  const graph = new Graph();
  const bound: Record<string, HostTensor> = {};
  const operands: Record<string, Tensor> = {};
  const wrt: string[] = [];
  for (const [name, input] of Object.entries(golden.inputs)) {
    const type = input.dtype === "float" ? dtype : input.dtype;
    if (backward && input.gradient) wrt.push(name);
    if (input.dtype === "float" && !input.gradient) {
      operands[name] = graph.constant(type, input.shape, arrayOf(type, input.data));
    } else {
      operands[name] = graph.input(name, type, input.shape);
      bound[name] = new HostTensor(type, input.shape, arrayOf(type, input.data));
    }
  }
  const y = build(operands);
  const { output, seed } = golden;
  const entering = graph.constant(dtype, output.shape, arrayOf(dtype, seed));
  const results: Record<string, HostTensor> = { y: HostTensor.zeros(dtype, output.shape) };
  graph.output("y", y);
  const found = backward ? gradients(y, wrt.map((name) => operands[name]!), entering) : [];
  found.forEach((gradient, i) => {
    const name = wrt[i]!;
    graph.output(`d/${name}`, gradient);
    results[`d/${name}`] = HostTensor.zeros(dtype, golden.inputs[name]!.shape);
  });
  const program = new Program(graph, { threads: 1 });
  const binding = program.bind(bound, results);
  const floats = (tensor: HostTensor) => tensor.data as Floats;
  return {
    inputs: new Map(wrt.map((name) => [name, floats(bound[name]!)])),
    output: floats(results["y"]!),
    shape: y.shape,
    gradients: new Map(wrt.map((name) => [name, floats(results[`d/${name}`]!)])),
    operators: new Set(graph.nodes.map((node) => node.op)),
    run: () => binding.run(),
    [Symbol.dispose]() {
      for (const held of [binding, program, ...Object.values(bound), ...Object.values(results)]) {
        held[Symbol.dispose]();
      }
    },
  };
}

/** Largest difference between two arrays, in units of the largest element of the second. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Infinity;
  let [difference, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    // Written so that a NaN counts as the largest difference.
    if (!(Math.abs(found[i]! - expected[i]!) <= difference)) {
      difference = Math.abs(found[i]! - expected[i]!);
    }
    size = Math.max(size, Math.abs(expected[i]!));
  }
  return Number.isNaN(difference) ? Infinity : difference / (size || 1);
}

/** Step of the differences: the errors of rounding and of the third derivative are about equal. */
const h = 2 ** -16;

/** Gradients of Σ seed · result by central differences. */
export function centralDifferences(
  compiled: CompiledCase,
  seed: readonly number[],
): Map<string, Float64Array> {
  const value = () => {
    compiled.run();
    return compiled.output.reduce((total, y, i) => total + y * seed[i]!, 0);
  };
  return new Map([...compiled.inputs].map(([name, x]) => {
    const found = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) {
      const at = x[i]!;
      x[i] = at + h;
      const above = value();
      x[i] = at - h;
      found[i] = (above - value()) / (2 * h);
      x[i] = at;
    }
    return [name, found];
  }));
}
