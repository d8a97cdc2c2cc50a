/** @file The tensor graph: symbolic tensors, and the nodes that make them. */
import { allocate, type ArrayOf, type DType, isFloat } from "./dtype.ts";
import { type Dim, formatShape, type Shape, sizeOf } from "./shape.ts";

/** A value of an ONNX attribute. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly string: string };

/** Maps the gradients of a node's outputs (null: none flows) to those of the tensors in its `wrt`. */
export type Gradient = (outputs: readonly (Tensor | null)[]) => readonly (Tensor | null)[];

/** A symbolic tensor: what it will hold is known only when the graph runs. */
export interface Tensor {
  /** The graph that it belongs to. */
  readonly graph: Graph;
  /** Unique within the graph. */
  readonly name: string;
  /** Element type. */
  readonly dtype: DType;
  /** Dimensions, outermost first. */
  readonly shape: Shape;
  /** Whether a gradient can reach a differentiable input through it. */
  readonly differentiable: boolean;
}

/** An operator applied to tensors, as ONNX knows it. */
export interface Node {
  /** Unique within the graph; begins with the scope that it was made in, and is what runtime errors quote. */
  readonly name: string;
  /** ONNX operator. */
  readonly op: string;
  /** Operator set: `""` is ONNX's own. */
  readonly domain: string;
  /** Operands; null stands for an optional operand that is left out. */
  readonly inputs: readonly (Tensor | null)[];
  /** Results. */
  readonly outputs: readonly Tensor[];
  /** Attributes by name. */
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** The tensors that `gradient` gives gradients for. */
  readonly wrt: readonly (Tensor | null)[];
  /** Reverse-mode rule; absent where no gradient flows. */
  readonly gradient?: Gradient;
}

/** A constant tensor with its elements. */
export interface Constant {
  /** The tensor. */
  readonly tensor: Tensor;
  /** Its elements, row-major. */
  readonly data: ArrayOf[DType];
}

/** What {@link Graph.node} needs. */
export interface NodeSpec {
  /** ONNX operator. */
  readonly op: string;
  /** Operator set; ONNX's own by default. */
  readonly domain?: string;
  /** Operands. */
  readonly inputs: readonly (Tensor | null)[];
  /** Types and shapes of the results. */
  readonly outputs: readonly { readonly dtype: DType; readonly shape: Shape }[];
  /** Attributes by name. */
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Reverse-mode rule; without one the results carry no gradient. */
  readonly gradient?: Gradient;
  /**
   * The tensors that the rule gives gradients for: the operands by default. The last node of a compound operator names
   * the compound's own operands, so that its rule skips the nodes between.
   */
  readonly wrt?: readonly (Tensor | null)[];
}

/** A fault in how a graph is put together: a wrong shape or type, named with the operator and its operands. */
export class GraphError extends Error {
  /** Name of the class. */
  override name = "GraphError";

  /** Builds the message from the operator's name, what is wrong, and the operands. */
  constructor(op: string, problem: string, operands: readonly Tensor[], scope = "") {
    const shown = operands.map((t) => `${t.name}: ${t.dtype}${formatShape(t.shape)}`).join(", ");
    super(`${scope}${op}: ${problem}${shown && ` (operands ${shown})`}`);
  }
}

/**
 * A graph under construction. Inputs, constants and nodes are added in the order of evaluation.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", ["B", 4]);
 * assertEquals(x.shape, ["B", 4]);
 * ```
 */
export class Graph {
  /** Inputs, in order. */
  readonly inputs: Tensor[] = [];
  /** Named results, in order. */
  readonly outputs: { readonly name: string; readonly tensor: Tensor }[] = [];
  /** Nodes, each after the ones that it depends on. */
  readonly nodes: Node[] = [];
  /** Constants. */
  readonly constants: Constant[] = [];
  readonly #scalars = new Map<string, Tensor>();
  readonly #names = new Set<string>();
  #scope = "";
  #count = 0;

  /** The scope that new nodes are named in, with its trailing `/`. */
  get scopeName(): string {
    return this.#scope;
  }

  /** Runs `build` with `name/` before the names of the nodes that it makes. */
  scope<T>(name: string, build: () => T): T {
    const outer = this.#scope;
    this.#scope = `${outer}${name}/`;
    try {
      return build();
    } finally {
      this.#scope = outer;
    }
  }

  /**
   * An input that is fed at every run. Gradients are taken with respect to inputs of a floating type, unless `frozen`: then none
   * is computed for it, whatever it is used for.
   */
  input(name: string, dtype: DType, shape: Shape, { frozen = false } = {}): Tensor {
    return this.#add(this.inputs, name, dtype, shape, !frozen && isFloat(dtype));
  }

  /** A tensor whose elements are part of the graph. */
  constant<D extends DType>(dtype: D, shape: Shape, data: ArrayOf[D]): Tensor {
    if (sizeOf(shape) !== data.length) {
      throw new GraphError(
        "constant",
        `${data.length} elements do not fill ${formatShape(shape)}`,
        [],
        this.#scope,
      );
    }
    const tensor = this.#tensor(`constant_${this.#count++}`, dtype, shape, false);
    this.constants.push({ tensor, data });
    return tensor;
  }

  /** A floating scalar; equal ones are one tensor. */
  scalar(dtype: DType, value: number): Tensor {
    if (!isFloat(dtype)) {
      throw new GraphError("scalar", `expected a floating type, found ${dtype}`, [], this.#scope);
    }
    const key = `${dtype}:${Object.is(value, -0) ? "-0" : value}`;
    const known = this.#scalars.get(key);
    if (known) return known;
    const data = allocate(dtype, 1).fill(value as never);
    const made = this.constant(dtype, [], data as ArrayOf[typeof dtype]);
    this.#scalars.set(key, made);
    return made;
  }

  /** A vector of integers, as many operators take axes, sizes and shapes. */
  integers(values: readonly number[]): Tensor {
    const key = `int64:${values.join(",")}`;
    const known = this.#scalars.get(key);
    if (known) return known;
    const made = this.constant("int64", [values.length], BigInt64Array.from(values.map(BigInt)));
    this.#scalars.set(key, made);
    return made;
  }

  /** Adds a node; returns its results. */
  node(spec: NodeSpec): Tensor[] {
    const operands = spec.inputs.filter((t) => t !== null);
    for (const t of operands) {
      if (t.graph !== this) {
        throw new GraphError(spec.op, "an operand of another graph", [t], this.#scope);
      }
    }
    const name = `${this.#scope}${spec.op}_${this.#count++}`;
    const wrt = spec.wrt ?? spec.inputs;
    const differentiable = spec.gradient !== undefined && wrt.some((t) => t?.differentiable);
    const outputs = spec.outputs.map(({ dtype, shape }, i) =>
      this.#tensor(i === 0 ? name : `${name}.${i}`, dtype, shape, differentiable && isFloat(dtype))
    );
    this.nodes.push({
      name,
      op: spec.op,
      domain: spec.domain ?? "",
      inputs: spec.inputs,
      outputs,
      attributes: spec.attributes ?? {},
      wrt,
      ...(differentiable && spec.gradient ? { gradient: spec.gradient } : {}),
    });
    return outputs;
  }

  /** Names a tensor as a result of the graph. */
  output(name: string, tensor: Tensor): void {
    if (this.outputs.some((o) => o.name === name)) {
      throw new GraphError("output", `the name ${name} is taken`, [tensor]);
    }
    const made = this.nodes.some((node) => node.outputs.includes(tensor));
    const taken = this.outputs.some((o) => o.tensor === tensor);
    this.outputs.push({ name, tensor: made && !taken ? tensor : this.#copy(tensor) });
  }

  /** An input, a constant or a tensor that is a result already can only be a result as a copy. */
  #copy(tensor: Tensor): Tensor {
    const outputs = [{ dtype: tensor.dtype, shape: tensor.shape }];
    return this.node({ op: "Identity", inputs: [tensor], outputs })[0]!;
  }

  #add(list: Tensor[], name: string, dtype: DType, shape: Shape, differentiable: boolean): Tensor {
    const made = this.#tensor(name, dtype, shape, differentiable);
    list.push(made);
    return made;
  }

  #tensor(name: string, dtype: DType, shape: Shape, differentiable: boolean): Tensor {
    for (const dim of shape) {
      if (typeof dim === "number" && (!Number.isSafeInteger(dim) || dim < 0)) {
        throw new GraphError(name, `impossible dimension ${dim} in ${formatShape(shape)}`, []);
      }
    }
    if (this.#names.has(name)) throw new GraphError(name, "the name is taken", []);
    this.#names.add(name);
    return { graph: this, name, dtype, shape: [...shape] as Dim[], differentiable };
  }
}
