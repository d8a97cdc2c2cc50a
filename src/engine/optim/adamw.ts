/** @file AdamW with a clip on the global gradient norm: small compiled graphs that update everything in place. */
import { setImmediate } from "node:timers/promises";
import { Graph, type Tensor } from "../graph.ts";
import { add, div, mul, scale, sqrt, sub, sumOfSquares } from "../ops/mod.ts";
import { type Binding, HostTensor } from "../ort/ort.ts";
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
  readonly #scalars: Readonly<Record<keyof Scalars | "noDecay", HostTensor<"float32">>>;
  readonly #squares: HostTensor<"float32">;
  /** What is released with the optimiser, last made first. */
  readonly #held = new DisposableStack();
  /** What is run for each piece of a parameter. */
  readonly #pieces: readonly { readonly square: Binding; readonly update: Binding }[];
  #steps = 0;

  /** Compiles the update of `parameters`, which stay the caller's. */
  constructor(parameters: ParameterMap, options: AdamWOptions) {
    this.#options = options;
    const held = this.#held;
    const zeros = (shape: readonly number[]) => held.use(HostTensor.zeros("float32", shape));
    const like = (prefix: string) =>
      [...parameters].map(([name, p]) => [`${prefix}${name}`, zeros(p.shape)] as const);
    this.gradients = new Map(like(""));
    this.moments = new Map([...like("first/"), ...like("second/")]);
    this.#scalars = {
      ...{ rate: zeros([]), epsilon: zeros([]), decay: zeros([]), noDecay: zeros([]) },
      ...{ toFirst: zeros([]), toSecond: zeros([]) },
    };
    this.#scalars.noDecay.data[0] = 1;
    const sizes = [...parameters.values()].map(({ data }) => Math.ceil(data.length / PIECE));
    this.#squares = zeros([sizes.reduce((a, b) => a + b, 0)]);
    const norm = held.use(new Program(squareGraph(), options));
    const update = held.use(new Program(updateGraph(options), options));
    const { rate, epsilon, decay, noDecay, toFirst, toSecond } = this.#scalars;
    const view = (t: HostTensor<"float32">, from: number, to: number, shape = [to - from]) =>
      held.use(new HostTensor("float32", shape, t.data.subarray(from, to)));
    this.#pieces = [...parameters].flatMap(([name, whole], index) => {
      const scalars = { rate, epsilon, toFirst, toSecond };
      const decays = whole.shape.length > 1 ? decay : noDecay;
      const before = sizes.slice(0, index).reduce((a, b) => a + b, 0);
      return Array.from({ length: sizes[index]! }, (_, i) => {
        const cut = (t: HostTensor<"float32">) =>
          view(t, i * PIECE, Math.min(t.data.length, (i + 1) * PIECE));
        const gradient = cut(this.gradients.get(name)!);
        const square = view(this.#squares, before + i, before + i + 1, []);
        const state = {
          parameter: cut(whole),
          first: cut(this.moments.get(`first/${name}`)!),
          second: cut(this.moments.get(`second/${name}`)!),
        };
        const next = Object.entries(state).map(([key, tensor]) => [`${key}/next`, tensor]);
        const inputs = { ...scalars, ...state, decay: decays, gradient };
        return {
          square: held.use(norm.bind({ gradient }, { square })),
          update: held.use(update.bind(inputs, Object.fromEntries(next))),
        };
      });
    });
  }

  /** Updates made so far; with {@link moments}, all that a run which goes on needs to know. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * Goes on where another optimiser of the same parameters was.
   *
   * @param steps Its `steps`.
   * @param moments Numbers of its `moments`, by their names.
   * @throws {RangeError} where one is missing, or has another length.
   */
  restore(steps: number, moments: ReadonlyMap<string, Float32Array>): void {
    for (const [name, { data }] of this.moments) {
      const saved = moments.get(name);
      if (saved?.length !== data.length) {
        throw new RangeError(
          `moment ${name}: expected ${data.length} numbers, found ${saved?.length ?? "none"}`,
        );
      }
    }
    for (const [name, { data }] of this.moments) data.set(moments.get(name)!);
    this.#steps = steps;
  }

  /**
   * One update.
   *
   * @returns The global gradient norm before clipping.
   * @throws {RangeError} where the norm is not finite; nothing was changed then.
   */
  async step(learningRate: number): Promise<number> {
    for (const { square } of this.#pieces) square.run();
    // The pieces' sums are added in float64.
    const norm = Math.sqrt(this.#squares.data.reduce((sum, square) => sum + square, 0));
    if (!Number.isFinite(norm)) {
      throw new RangeError(`update ${this.#steps + 1}: the gradient norm is ${norm}`);
    }
    this.#steps++;
    const values = stepScalars(this.#options, this.#steps, norm, learningRate);
    for (const [name, value] of Object.entries(values)) {
      this.#scalars[name as keyof Scalars].data[0] = value;
    }
    for (const [i, { update }] of this.#pieces.entries()) {
      if (i % PIECES_A_TURN === 0) await setImmediate(); // lets signals and timers through
      update.run();
    }
    for (const { data } of this.gradients.values()) data.fill(0);
    return norm;
  }

  /** Releases everything but the parameters. */
  [Symbol.dispose](): void {
    this.#held[Symbol.dispose]();
  }
}

/**
 * Elements that are updated at once. A graph passes over its operands once for every operator; in pieces that the processor's
 * own cache holds, only the first pass waits for the memory.
 */
const PIECE = 32_768;

/** Pieces that are updated without a break: milliseconds. */
const PIECES_A_TURN = 64;

/** Numbers of one step. */
export interface Scalars {
  /** Learning rate with the corrections of both moments' bias. */
  readonly rate: number;
  /** Added to the root of the second moment. */
  readonly epsilon: number;
  /** What decay leaves of a parameter. */
  readonly decay: number;
  /** Share of a gradient in the first moment, clipping included. */
  readonly toFirst: number;
  /** Factor on a gradient before it is squared into the second moment, clipping included. */
  readonly toSecond: number;
}

/**
 * The numbers of step `steps` (from 1) under a gradient of norm `norm`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const options = { betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0.1, maxGradNorm: 1, threads: 1 } as const;
 * assertEquals(stepScalars(options, 1, 0, 0.5).decay, 0.95);
 * ```
 */
export function stepScalars(
  { betas: [beta1, beta2], epsilon, weightDecay, maxGradNorm }: AdamWOptions,
  steps: number,
  norm: number,
  learningRate: number,
): Scalars {
  const clip = Math.min(1, maxGradNorm / (norm + 1e-6));
  // With c the root of the second moment's bias correction, rate · m / (√v / c + ε) is (rate · c) · m / (√v + ε · c):
  // two scalars here instead of a pass over every parameter there.
  const correction = Math.sqrt(1 - beta2 ** steps);
  return {
    rate: learningRate * correction / (1 - beta1 ** steps),
    epsilon: epsilon * correction,
    decay: 1 - learningRate * weightDecay,
    toFirst: clip * (1 - beta1),
    toSecond: clip * Math.sqrt(1 - beta2),
  };
}

/** The sum of the squares of a piece `[N]` of a gradient. */
function squareGraph(): Graph {
  const graph = new Graph();
  graph.output("square", sumOfSquares(graph.input("gradient", "float32", ["N"])));
  return graph;
}

/** The update of a piece `[N]`. */
function updateGraph(options: AdamWOptions): Graph {
  const graph = new Graph();
  const scalar = (name: keyof Scalars) => graph.input(name, "float32", []);
  const state = (name: string) => graph.input(name, "float32", ["N"]);
  const inputs = { gradient: state("gradient"), first: state("first"), second: state("second") };
  const scalars = {
    ...{ toFirst: scalar("toFirst"), toSecond: scalar("toSecond"), rate: scalar("rate") },
    ...{ epsilon: scalar("epsilon") },
  };
  const [parameter, decay] = [state("parameter"), scalar("decay")];
  const next = addUpdate(options, { ...inputs, parameter }, { ...scalars, decay });
  for (const [name, tensor] of Object.entries(next)) graph.output(`${name}/next`, tensor);
  return graph;
}

/** Adds the update of one parameter: its tensors, all of one shape, and the numbers of the step. */
export function addUpdate(
  { betas: [beta1, beta2], weightDecay }: AdamWOptions,
  state: Readonly<Record<"parameter" | "gradient" | "first" | "second", Tensor>>,
  scalars: Readonly<Record<keyof Scalars, Tensor>>,
): Readonly<Record<"parameter" | "first" | "second", Tensor>> {
  const { parameter, gradient } = state;
  const first = add(scale(state.first, beta1), mul(gradient, scalars.toFirst));
  const scaled = mul(gradient, scalars.toSecond);
  const second = add(scale(state.second, beta2), mul(scaled, scaled));
  const step = div(mul(first, scalars.rate), add(sqrt(second), scalars.epsilon));
  const kept = weightDecay > 0 ? mul(parameter, scalars.decay) : parameter;
  return { parameter: sub(kept, step), first, second };
}
