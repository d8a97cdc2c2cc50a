/** @file Gradients of a micro-batch, added to running ones in place. */
import { type GradientParts, gradientParts } from "../engine/gradient_parts.ts";
import { Graph, type Tensor } from "../engine/graph.ts";
import { add, addRows } from "../engine/ops/mod.ts";
import { type Binding, HostTensor } from "../engine/ort/ort.ts";
import { Program } from "../engine/program.ts";
import { sizeOf } from "../engine/shape.ts";
import type { Weights } from "../policy/weights.ts";

/**
 * Numbers from which on a gradient is added in parts (4 MiB): a table of a large vocabulary would be held as a whole several times
 * over on its way. Below it, one addition is quicker.
 */
const IN_PARTS = 2 ** 20;

/** How the gradient of one tensor leaves a graph. */
export interface RunningGradient {
  /** Of what. */
  readonly name: string;
  /** Inputs that hold rows of the running sum, `<input>/next` being the outputs. */
  readonly sums: readonly { readonly input: string; readonly from: number; readonly to: number }[];
  /** Outputs with rows that are to be added to the running sum behind. */
  readonly updates: readonly {
    /** Output with the rows' places, int32 `[count]`. */
    readonly indices: string;
    /** Output with the rows, `[count, width]`. */
    readonly added: string;
    /** How many. */
    readonly count: number;
  }[];
}

/**
 * Adds inputs and outputs for the sums of gradients and what ran before: `gradient/<name>` → `gradient/<name>/next`, or, for a
 * large table, one of each for slices of its rows (`gradient/<name>/<first row>`), and the rows that lookups add to it.
 *
 * @param found Gradients by name.
 * @param options.whole Whether large tables are added as a whole too. Default false.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gradients } from "../engine/autodiff.ts";
 * import { Graph } from "../engine/graph.ts";
 * import { mul } from "../engine/ops/mod.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", [3]);
 * const [toX] = gradients(mul(x, x), [x]);
 * assertEquals(addToRunning(graph, new Map([["x", toX!]])), [
 *   { name: "x", sums: [{ input: "gradient/x", from: 0, to: 3 }], updates: [] },
 * ]);
 * ```
 */
export function addToRunning(
  graph: Graph,
  found: ReadonlyMap<string, Tensor>,
  { whole = false }: { readonly whole?: boolean } = {},
): RunningGradient[] {
  return [...found].map(([name, gradient]) => {
    const { spans, updates }: GradientParts = whole || sizeOf(gradient.shape) < IN_PARTS
      ? { spans: [{ from: 0, to: Number(gradient.shape[0]), gradient }], updates: [] }
      : gradientParts(gradient);
    const key = `gradient/${name}`;
    return {
      name,
      sums: spans.map(({ from, to, gradient }) => {
        const input = spans.length === 1 ? key : `${key}/${from}`;
        const before = graph.input(input, "float32", gradient.shape);
        graph.output(`${input}/next`, add(before, gradient));
        return { input, from, to };
      }),
      updates: updates.map(({ indices, added }, i) => {
        const names = { indices: `${key}/indices/${i}`, added: `${key}/added/${i}` };
        graph.output(names.indices, indices);
        graph.output(names.added, added);
        return { ...names, count: Number(indices.shape[0]) };
      }),
    };
  });
}

/** Tensors that the inputs and outputs of {@link addToRunning} are bound to, and what is run behind the graph. */
export class RunningSums implements Disposable {
  /** Of the graph. */
  readonly inputs: Readonly<Record<string, HostTensor>>;
  /** Of the graph. */
  readonly outputs: Readonly<Record<string, HostTensor>>;
  readonly #held = new DisposableStack();
  readonly #additions: readonly Binding[];

  /**
   * @param running The sums, which stay the caller's, and are updated in place.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { HostTensor } from "../engine/ort/ort.ts";
   *
   * using sum = HostTensor.zeros("float32", [3]);
   * const gradients = [{ name: "x", sums: [{ input: "gradient/x", from: 0, to: 3 }], updates: [] }];
   * using sums = new RunningSums(gradients, new Map([["x", sum]]), { threads: 1 });
   * assertEquals(Object.keys(sums.outputs), ["gradient/x/next"]);
   * ```
   */
  constructor(
    gradients: readonly RunningGradient[],
    running: Weights,
    options: { readonly threads: number },
  ) {
    const held = this.#held;
    const inputs: Record<string, HostTensor> = {};
    const outputs: Record<string, HostTensor> = {};
    this.#additions = gradients.flatMap(({ name, sums, updates }) => {
      const whole = running.get(name)!;
      for (const { input, from, to } of sums) {
        const sum = to - from === whole.shape[0] ? whole : held.use(rows(whole, from, to));
        inputs[input] = sum;
        outputs[`${input}/next`] = sum;
      }
      return updates.map((update) => {
        const indices = held.use(HostTensor.zeros("int32", [update.count]));
        const added = held.use(HostTensor.zeros("float32", [update.count, whole.shape[1]!]));
        outputs[update.indices] = indices;
        outputs[update.added] = added;
        const program = held.use(new Program(additionGraph(whole.shape, update.count), options));
        return held.use(program.bind({ table: whole, indices, added }, { "table/next": whole }));
      });
    });
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /** Adds what the graph has left to be added; to be called behind each of its runs. */
  async finish(): Promise<void> {
    for (const addition of this.#additions) await addition.runAsync();
  }

  /** Releases everything but the sums. */
  [Symbol.dispose](): void {
    this.#held[Symbol.dispose]();
  }
}

function rows(whole: HostTensor<"float32">, from: number, to: number): HostTensor<"float32"> {
  const [count, ...rest] = whole.shape;
  const width = whole.data.length / count!;
  return new HostTensor(
    "float32",
    [to - from, ...rest],
    whole.data.subarray(from * width, to * width),
  );
}

function additionGraph(shape: readonly number[], count: number): Graph {
  const graph = new Graph();
  const table = graph.input("table", "float32", shape);
  const indices = graph.input("indices", "int32", [count]);
  const added = graph.input("added", "float32", [count, shape[1]!]);
  graph.output("table/next", addRows(table, indices, added));
  return graph;
}
