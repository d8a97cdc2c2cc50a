import { assertEquals, assertThrows } from "@std/assert";
import { Graph, GraphError, type Tensor } from "../../src/engine/graph.ts";
import { requireInPlace } from "../../src/engine/in_place.ts";
import {
  add,
  addRows,
  div,
  exp,
  linear,
  matmul,
  mul,
  neg,
  reshape,
  scale,
  softmax,
  sqrt,
  sub,
  transpose,
} from "../../src/engine/ops/mod.ts";
import { HostTensor } from "../../src/engine/ort/ort.ts";
import { Program } from "../../src/engine/program.ts";
import { evaluate, tensor } from "./evaluate.ts";

const SHAPE = [2, 2];
const VALUES = { x: [1, 2, 3, 4], y: [5, 0.5, -2, 1] };

/** Adds outputs to a graph with inputs x and y [2, 2]; `next` is what is written into the memory of x. */
type Build = (x: Tensor, y: Tensor, output: (name: string, t: Tensor) => void) => void;

function build(outputs: Build): Graph {
  const graph = new Graph();
  const [x, y] = ["x", "y"].map((name) => graph.input(name, "float32", SHAPE)) as [Tensor, Tensor];
  outputs(x, y, (name, t) => graph.output(name, t));
  return graph;
}

/** The indices of both rows, the last one first. */
const backwards = ({ graph }: Tensor) => graph.constant("int32", [2], Int32Array.of(1, 0));

const ALLOWED: Record<string, Build> = {
  "of a result that reads each element once": (x, y, out) => out("next", add(x, y)),
  "of a result that reads it twice in one node": (x, _y, out) => out("next", mul(x, x)),
  "of a result that reads it in earlier nodes too": (x, y, out) =>
    out("next", sub(div(x, y), exp(matmul(x, y)))),
  "beside a result that the writer waits for": (x, y, out) => {
    const e = exp(x);
    out("e", e);
    out("next", mul(sqrt(e), y));
  },
  "of an accumulated product": (x, y, out) =>
    out("next", add(x, matmul(y, y, { transposeA: true }))),
  "of a layer's result with what it started from": (x, y, out) => out("next", add(linear(y, y), x)),
  "through a view that the writer waits for": (x, y, out) =>
    out("next", add(x, mul(y, reshape(exp(reshape(x, [4])), SHAPE)))),
  "of a result under two names": (x, y, out) => {
    const z = add(x, y);
    out("z", z);
    out("next", z);
  },
  "although a node that no result needs reads it": (x, y, out) => {
    exp(x);
    out("next", add(x, y));
  },
  "of a table with rows added": (x, y, out) => out("next", addRows(x, backwards(x), y)),
  "of a result that does not depend on it": (_x, y, out) => out("next", exp(y)),
};

for (const [what, outputs] of Object.entries(ALLOWED)) {
  Deno.test(`an update in place ${what} is allowed, and right`, () => {
    const expected = evaluate(build(outputs), VALUES);
    const graph = build(outputs);
    using program = new Program(graph, { threads: 2 });
    using x = tensor("float32", SHAPE, VALUES.x);
    const made = Object.fromEntries(
      graph.outputs.map(({ name }) => [
        name,
        name === "next" ? x : HostTensor.zeros("float32", SHAPE),
      ]),
    );
    using binding = program.bind({ x, y: tensor("float32", SHAPE, VALUES.y) }, made);
    binding.run();
    for (const [name, t] of Object.entries(made)) {
      assertEquals([...t.data].map(Number), expected[name]!, name);
    }
  });
}

const REFUSED: Record<string, [Build, string]> = {
  "while another result may still read it": [(x, y, out) => {
    out("next", add(x, y));
    out("late", exp(x));
  }, "Exp_1 may read x after Add_0 has overwritten it"],
  "while a view of it may still be read": [(x, y, out) => {
    const view = reshape(x, [4]);
    out("next", add(x, reshape(neg(view), SHAPE)));
    out("late", exp(reshape(mul(view, reshape(y, [4])), SHAPE)));
  }, "Mul_7 may read x"],
  "while a product with a constant may still be read, which the runtime may drop": [
    (x, y, out) => {
      const same = scale(x, 1);
      out("next", add(same, y));
      out("late", exp(same));
    },
    "Exp_3 may read x",
  ],
  "of a product, which reads elements again": [
    (x, y, out) => out("next", matmul(x, y)),
    "Gemm_0 may read x after Gemm_0 has overwritten it",
  ],
  "of rows that are added to a table": [
    (x, y, out) => out("next", addRows(y, backwards(x), x)),
    "ScatterElements_5 may read x",
  ],
  "of a softmax": [(x, _y, out) => out("next", softmax(x)), "Softmax_0 may read x"],
  "of a transposition": [(x, _y, out) => out("next", transpose(x, [1, 0])), "Transpose_0 may read"],
  "of a view of a product": [(x, y, out) => {
    const flat = matmul(reshape(x, [4, 1]), reshape(y, [1, 4]));
    out("next", reshape(matmul(flat, reshape(x, [4, 1])), SHAPE));
  }, "Gemm_6 may read x after Reshape_8 has overwritten it"],
};

for (const [what, [outputs, says]] of Object.entries(REFUSED)) {
  Deno.test(`an update in place ${what} is refused`, () => {
    const graph = build(outputs);
    using program = new Program(graph, { threads: 1 });
    using x = HostTensor.zeros("float32", SHAPE);
    const made = Object.fromEntries(
      graph.outputs.map(({ name }) => [
        name,
        name === "next" ? x : HostTensor.zeros("float32", SHAPE),
      ]),
    );
    assertThrows(
      () => program.bind({ x, y: HostTensor.zeros("float32", SHAPE) }, made),
      GraphError,
      says,
    );
  });
}

Deno.test("requireInPlace() looks at every input that shares the memory", () => {
  const graph = build((x, y, out) => {
    out("next", neg(x));
    out("late", exp(y));
  });
  const [x, y] = graph.inputs as [Tensor, Tensor];
  const next = graph.outputs[0]!.tensor;
  requireInPlace(graph, x, next);
  assertThrows(() => requireInPlace(graph, y, next), GraphError, "Exp_1 may read y");
  using program = new Program(graph, { threads: 1 });
  using t = HostTensor.zeros("float32", SHAPE);
  using late = HostTensor.zeros("float32", SHAPE);
  assertThrows(
    () => program.bind({ x: t, y: t }, { next: t, late }),
    GraphError,
    "Exp_1 may read y",
  );
});
