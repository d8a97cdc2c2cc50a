/** @file AdamW with a clip on the global gradient norm, as one compiled graph that updates everything in place. */
import { Graph, type Tensor } from "../graph.ts";
import { add, div, minimum, mul, scale, shift, sqrt, sub, sum } from "../ops/mod.ts";
import { HostTensor } from "../ort/ort.ts";
import { Program } from "../program.ts";

/** Settings of {@link AdamW}. */
export interface AdamWOptions {
  /** Decay rates of the two moments. */
  readonly betas: readonly [number, number];
  /** Added to the root of the second moment. */
  readonly epsilon: number;
  /** Decoupled decay of matrices; vectors (norm weights, biases) do not decay. */
  readonly weightDecay: number;
  /** Gradients are scaled down to this global 2-norm where they exceed it. */
  readonly maxGradNorm: number;
  /** Threads that an operator may use. */
  readonly threads: number;
}

/** Parameters, gradients or moments by name. */
export type ParameterMap = ReadonlyMap<string, HostTensor<"float32">>;

/**
 * AdamW (Loshchilov and Hutter, arXiv 1711.05101). Gradients are added into `gradients` by whoever computes them;
 * `step` clips and applies them and leaves them at zero.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { HostTensor } from "../ort/ort.ts";
 *
 * using w = new HostTensor("float32", [2], Float32Array.of(1, 1));
 * using optimizer = new AdamW(new Map([["w", w]]), {
 *   betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1, threads: 1,
 * });
 * optimizer.gradients.get("w")!.data.set([1, -1]);
 * await optimizer.step(0.1);
 * assert(w.data[0]! < 1 && w.data[1]! > 1);
 * ```
 */
export class AdamW implements Disposable {
  /** Gradients accumulated since the last step, of the parameters' shapes. */
  readonly gradients: ParameterMap;
  /** Running means of gradients and of their squares: `first/<name>` and `second/<name>`. */
  readonly moments: ParameterMap;
  readonly #options: AdamWOptions;
  readonly #program: Program;
  readonly #binding;
  readonly #rates = HostTensor.zeros("float32", [3]);
  readonly #norm = HostTensor.zeros("float32", []);
  #steps = 0;

  /** Compiles the update of `parameters`, which stay the caller's. */
  constructor(parameters: ParameterMap, options: AdamWOptions) {
    this.#options = options;
    const like = (prefix: string) =>
      [...parameters].map(([name, p]) =>
        [`${prefix}${name}`, HostTensor.zeros("float32", p.shape)] as const
      );
    this.gradients = new Map(like(""));
    this.moments = new Map([...like("first/"), ...like("second/")]);
    this.#program = new Program(buildUpdate(parameters, options), options);
    const inputs: Record<string, HostTensor> = { rates: this.#rates };
    const outputs: Record<string, HostTensor> = { norm: this.#norm };
    for (const [name, parameter] of parameters) {
      inputs[`gradient/${name}`] = this.gradients.get(name)!;
      const state = {
        [`parameter/${name}`]: parameter,
        [`first/${name}`]: this.moments.get(`first/${name}`)!,
        [`second/${name}`]: this.moments.get(`second/${name}`)!,
      };
      for (const [key, tensor] of Object.entries(state)) {
        inputs[key] = tensor;
        outputs[`${key}/next`] = tensor;
      }
    }
    this.#binding = this.#program.bind(inputs, outputs);
  }

  /** Updates made so far; part of the state that a resumed run needs. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * One update.
   *
   * @returns The global gradient norm before clipping.
   * @throws {RangeError} where the norm is not finite; the parameters are then not to be used any more.
   */
  async step(learningRate: number): Promise<number> {
    this.#steps++;
    const [beta1, beta2] = this.#options.betas;
    // With c the root of the second moment's bias correction, rate · m / (√v / c + ε) is (rate · c) · m / (√v + ε · c):
    // two scalars here instead of a pass over every parameter there.
    const correction = Math.sqrt(1 - beta2 ** this.#steps);
    this.#rates.data[0] = learningRate * correction / (1 - beta1 ** this.#steps);
    this.#rates.data[1] = this.#options.epsilon * correction;
    this.#rates.data[2] = 1 - learningRate * this.#options.weightDecay;
    await this.#binding.runAsync();
    for (const { data } of this.gradients.values()) data.fill(0);
    const norm = this.#norm.data[0]!;
    if (!Number.isFinite(norm)) {
      throw new RangeError(`update ${this.#steps}: the gradient norm is ${norm}`);
    }
    return norm;
  }

  /** Releases everything but the parameters. */
  [Symbol.dispose](): void {
    this.#binding[Symbol.dispose]();
    this.#program[Symbol.dispose]();
    for (
      const t of [...this.gradients.values(), ...this.moments.values(), this.#rates, this.#norm]
    ) {
      t[Symbol.dispose]();
    }
  }
}

/** Each pass over the parameters costs as much as any other, so what can be done to a scalar is done there. */
function buildUpdate(parameters: ParameterMap, options: AdamWOptions): Graph {
  const graph = new Graph();
  const [beta1, beta2] = options.betas;
  const scalar = (value: number) => graph.scalar("float32", value);
  const rates = graph.input("rates", "float32", [3]);
  const [rate, epsilon, decay] = [0, 1, 2].map((i) => element(rates, i)) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const states = [...parameters].map(([name, parameter]) => {
    const [p, g, first, second] = ["parameter", "gradient", "first", "second"].map((kind) =>
      graph.input(`${kind}/${name}`, "float32", parameter.shape)
    ) as [Tensor, Tensor, Tensor, Tensor];
    return { name, p, g, first, second };
  });
  const squares = states.map(({ g }) => sum(mul(g, g)));
  const norm = sqrt(squares.reduce((a, b) => add(a, b)));
  graph.output("norm", norm);
  const clip = minimum(scalar(1), div(scalar(options.maxGradNorm), shift(norm, 1e-6)));
  const toFirst = scale(clip, 1 - beta1);
  const toSecond = scale(clip, Math.sqrt(1 - beta2));
  for (const { name, p, g, first, second } of states) {
    graph.scope(name, () => {
      const mean = add(scale(first, beta1), mul(g, toFirst));
      const scaled = mul(g, toSecond);
      const square = add(scale(second, beta2), mul(scaled, scaled));
      const decayed = options.weightDecay > 0 && p.shape.length > 1 ? mul(p, decay) : p;
      const step = div(mul(mean, rate), add(sqrt(square), epsilon));
      graph.output(`parameter/${name}/next`, sub(decayed, step));
      graph.output(`first/${name}/next`, mean);
      graph.output(`second/${name}/next`, square);
    });
  }
  return graph;
}

function element(vector: Tensor, index: number): Tensor {
  const { graph, dtype } = vector;
  return graph.node({
    op: "Gather",
    inputs: [vector, graph.constant("int64", [], BigInt64Array.of(BigInt(index)))],
    outputs: [{ dtype, shape: [] }],
    attributes: { axis: { int: 0 } },
  })[0]!;
}
