import { assert, assertEquals, assertThrows } from "@std/assert";
import { allocate } from "../../src/engine/dtype.ts";
import { Graph } from "../../src/engine/graph.ts";
import { encodeModel } from "../../src/engine/onnx/encode.ts";
import { add, exp, mul, neg } from "../../src/engine/ops/mod.ts";
import { HostTensor, OrtError } from "../../src/engine/ort/ort.ts";
import { Program } from "../../src/engine/program.ts";
import { tensor } from "./evaluate.ts";

const zeros = (...shape: number[]) => HostTensor.zeros("float32", shape);

/** x [B, 2] + y [B, 1] → sum [B, 2]. */
function sumProgram(): Program {
  const graph = new Graph();
  const x = graph.input("x", "float32", ["B", 2]);
  graph.output("sum", add(x, graph.input("y", "float32", ["B", 1])));
  return new Program(graph, { threads: 1 });
}

const WRONG: [string, Record<string, HostTensor>, Record<string, HostTensor>, string][] = [
  ["a missing input", { x: zeros(1, 2) }, { sum: zeros(1, 2) }, "input y is missing"],
  ["a missing output", { x: zeros(1, 2), y: zeros(1, 1) }, {}, "output sum is missing"],
  [
    "an unknown input",
    { x: zeros(1, 2), y: zeros(1, 1), z: zeros(1) },
    { sum: zeros(1, 2) },
    "the graph has no input z",
  ],
  [
    "an unknown output",
    { x: zeros(1, 2), y: zeros(1, 1) },
    { sum: zeros(1, 2), more: zeros(1) },
    "the graph has no output more",
  ],
  [
    "an input of another size",
    { x: zeros(1, 3), y: zeros(1, 1) },
    { sum: zeros(1, 2) },
    "input x: expected float32[B, 2], found float32[1, 3]",
  ],
  [
    "an input of another rank",
    { x: zeros(2), y: zeros(1, 1) },
    { sum: zeros(1, 2) },
    "input x: expected float32[B, 2], found float32[2]",
  ],
  [
    "an input of another type",
    { x: HostTensor.zeros("float64", [1, 2]), y: zeros(1, 1) },
    { sum: zeros(1, 2) },
    "input x: expected float32[B, 2], found float64[1, 2]",
  ],
  [
    "inputs that give one name two sizes",
    { x: zeros(3, 2), y: zeros(1, 1) },
    { sum: zeros(3, 2) },
    "input y: expected float32[B, 1], found float32[1, 1]",
  ],
  [
    "an output that gives a name another size",
    { x: zeros(3, 2), y: zeros(3, 1) },
    { sum: zeros(4, 2) },
    "output sum: expected float32[B, 2], found float32[4, 2]",
  ],
];

for (const [what, inputs, outputs, says] of WRONG) {
  Deno.test(`Program.bind() refuses ${what}`, () => {
    using program = sumProgram();
    assertThrows(() => program.bind(inputs, outputs), TypeError, says);
  });
}

Deno.test("Program.bind() takes other sizes for the same names", () => {
  using program = sumProgram();
  for (const batch of [1, 2, 5]) {
    using sum = zeros(batch, 2);
    using binding = program.bind({
      x: tensor("float32", [batch, 2], Array.from({ length: 2 * batch }, (_, i) => i)),
      y: tensor("float32", [batch, 1], Array.from({ length: batch }, (_, i) => 10 * i)),
    }, { sum });
    binding.run();
    assertEquals([...sum.data], Array.from(sum.data, (_, i) => i + 10 * Math.floor(i / 2)));
  }
});

Deno.test("Program.bind() refuses outputs that overlap, and inputs overlapped in part", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [4]);
  graph.output("a", neg(x));
  graph.output("b", exp(x));
  using program = new Program(graph, { threads: 1 });
  const memory = allocate("float32", 12);
  const at = (from: number) => new HostTensor("float32", [4], memory.subarray(from, from + 4));
  const says = (inputs: number, a: number, b: number, message: string) =>
    assertThrows(
      () => program.bind({ x: at(inputs) }, { a: at(a), b: at(b) }),
      TypeError,
      message,
    );
  says(0, 4, 4, "output b overlaps output a");
  says(0, 4, 6, "output b overlaps output a");
  says(0, 2, 8, "output a overlaps input x");
  says(4, 8, 3, "output b overlaps input x");
  using apart = program.bind({ x: at(4) }, { a: at(0), b: at(8) });
  apart.run();
  assertEquals([...memory], [-0, -0, -0, -0, 0, 0, 0, 0, 1, 1, 1, 1]);
});

Deno.test("Program.bind() updates in place through two tensors of one memory", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2]);
  graph.output("next", add(x, x));
  using program = new Program(graph, { threads: 1 });
  const memory = Float32Array.of(1, 2);
  using read = new HostTensor("float32", [2], memory);
  using written = new HostTensor("float32", [2], memory);
  using binding = program.bind({ x: read }, { next: written });
  for (let i = 0; i < 3; i++) binding.run();
  assertEquals([...memory], [8, 16]);
});

Deno.test("Program does not see what is added to its graph later", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [1]);
  graph.output("next", neg(x));
  using program = new Program(graph, { threads: 1 });
  graph.output("late", exp(x));
  using t = tensor("float32", [1], [3]);
  using binding = program.bind({ x: t }, { next: t });
  binding.run();
  assertEquals([...t.data], [-3]);
});

Deno.test("Program runs a graph with an input that nothing reads", () => {
  const graph = new Graph();
  graph.input("unread", "int64", [2]);
  graph.output("y", neg(graph.input("x", "float32", [1])));
  using program = new Program(graph, { threads: 1 });
  using y = zeros(1);
  using binding = program.bind({
    x: tensor("float32", [1], [2]),
    unread: HostTensor.zeros("int64", [2]),
  }, { y });
  binding.run();
  assertEquals([...y.data], [-2]);
});

Deno.test("Program runs on empty tensors", () => {
  using program = sumProgram();
  using sum = zeros(0, 2);
  using binding = program.bind({ x: zeros(0, 2), y: zeros(0, 1) }, { sum });
  binding.run();
  assertEquals(sum.data.length, 0);
});

Deno.test("Program names the node that the runtime cannot compile", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2]);
  const outputs = [{ dtype: "float32" as const, shape: [2] }];
  graph.output(
    "y",
    graph.scope("odd", () => graph.node({ op: "NoSuchOp", inputs: [x], outputs }))[0]!,
  );
  assertThrows(() => new Program(graph, { threads: 1 }), OrtError, "NoSuchOp");

  const typed = new Graph();
  const i = typed.input("i", "int32", [2]);
  const wrong = typed.scope(
    "odd",
    () => typed.node({ op: "Exp", inputs: [i], outputs: [{ dtype: "int32", shape: [2] }] }),
  );
  typed.output("y", wrong[0]!);
  const error = assertThrows(() => new Program(typed, { threads: 1 }), OrtError);
  assertEquals(error.node, "odd/Exp_0");
});

Deno.test("Program reads large constants where they are, and gives the same as with small ones", () => {
  const values = Float32Array.from({ length: 2 ** 18 }, (_, i) => i / 7);
  const graph = new Graph();
  const x = graph.input("x", "float32", [2 ** 18]);
  const product = mul(graph.constant("float32", [2 ** 18], values), x);
  graph.output("product", product);
  assert(encodeModel(graph, { outside: true }).length < 1000);
  assert(encodeModel(graph).length > values.byteLength);
  using program = new Program(graph, { threads: 1 });
  using input = HostTensor.zeros("float32", [2 ** 18]);
  input.data.fill(2);
  using output = HostTensor.zeros("float32", [2 ** 18]);
  using binding = program.bind({ x: input }, { product: output });
  binding.run();
  assertEquals(output.data, values.map((value) => 2 * value));
});
