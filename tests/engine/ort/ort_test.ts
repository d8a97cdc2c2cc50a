import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { allocate } from "../../../src/engine/dtype.ts";
import { Graph } from "../../../src/engine/graph.ts";
import { encodeModel } from "../../../src/engine/onnx/encode.ts";
import { exp, gatherRows, matmul, neg } from "../../../src/engine/ops/mod.ts";
import { Binding, HostTensor, OrtError, Session } from "../../../src/engine/ort/ort.ts";
import { tensor } from "../evaluate.ts";

function negation(size: number): Session {
  const graph = new Graph();
  graph.output("y", neg(graph.input("x", "float32", [size])));
  return new Session(encodeModel(graph), 1);
}

/** The output's name in the model is that of the node that makes it. */
function bind(session: Session, x: HostTensor, y: HostTensor): Binding {
  return new Binding(session, new Map([["x", x]]), new Map([["Neg_0", y]]));
}

/** A program that runs long enough to be caught at it. */
function slow() {
  const graph = new Graph();
  const size = 512;
  let y = graph.input("x", "float32", [size, size]);
  for (let i = 0; i < 8; i++) y = matmul(y, y);
  graph.output("y", y);
  const session = new Session(encodeModel(graph), 1);
  const x = HostTensor.zeros("float32", [size, size]);
  const result = HostTensor.zeros("float32", [size, size]);
  const binding = new Binding(session, new Map([["x", x]]), new Map([[y.name, result]]));
  return { session, x, result, binding };
}

Deno.test("HostTensor shares its memory: what is written before a run is read, and the result seen", () => {
  using session = negation(2);
  using x = tensor("float32", [2], [1, 2]);
  using y = HostTensor.zeros("float32", [2]);
  using binding = bind(session, x, y);
  binding.run();
  assertEquals([...y.data], [-1, -2]);
  x.data.set([3, 4]);
  binding.run();
  assertEquals([...y.data], [-3, -4]);
});

Deno.test("HostTensor takes a part of a larger buffer, and an array that V8 made", () => {
  using session = negation(2);
  const memory = allocate("float32", 6);
  using x = new HostTensor("float32", [2], Float32Array.of(1, 2));
  using y = new HostTensor("float32", [2], memory.subarray(3, 5));
  using binding = bind(session, x, y);
  binding.run();
  assertEquals([...memory], [0, 0, 0, -1, -2, 0]);
});

Deno.test("HostTensor refuses elements that do not fill its shape", () => {
  assertThrows(
    () => new HostTensor("float32", [2, 2], new Float32Array(3)),
    TypeError,
    "3 elements do not fill [2, 2]",
  );
  assertThrows(() => new HostTensor("float32", [-1, -2], new Float32Array(2)), OrtError);
});

Deno.test("HostTensor holds scalars, empty tensors and every type", () => {
  for (const dtype of ["float32", "float64", "int32", "int64", "bool"] as const) {
    for (const shape of [[], [0], [2, 3]]) {
      const made = HostTensor.zeros(dtype, shape);
      assertEquals(made.data.length, shape.reduce((a, b) => a * b, 1));
      made[Symbol.dispose]();
    }
  }
});

Deno.test("disposing of a tensor, a session and a binding twice has no effect", () => {
  const session = negation(1);
  const x = HostTensor.zeros("float32", [1]);
  const y = HostTensor.zeros("float32", [1]);
  const binding = bind(session, x, y);
  for (const held of [binding, session, x, y, binding, session, x, y]) held[Symbol.dispose]();
});

Deno.test("a binding outlives its session and tensors as an object that refuses to run", async () => {
  for (const gone of ["session", "x", "y", "binding"] as const) {
    const session = negation(1);
    const x = HostTensor.zeros("float32", [1]);
    const y = HostTensor.zeros("float32", [1]);
    const binding = bind(session, x, y);
    const all = { session, x, y, binding };
    all[gone][Symbol.dispose]();
    const name = { session: "Session", x: "HostTensor", y: "HostTensor", binding: "Binding" }[gone];
    assertThrows(() => binding.run(), TypeError, `${name} was disposed of`);
    await assertRejects(() => binding.runAsync(), TypeError, `${name} was disposed of`);
    for (const held of Object.values(all)) held[Symbol.dispose]();
  }
});

Deno.test("a binding refuses a session or tensor that was disposed of", () => {
  const session = negation(1);
  using x = HostTensor.zeros("float32", [1]);
  const y = HostTensor.zeros("float32", [1]);
  y[Symbol.dispose]();
  assertThrows(() => bind(session, x, y), TypeError, "HostTensor was disposed of");
  session[Symbol.dispose]();
  assertThrows(() => bind(session, x, x), TypeError, "Session was disposed of");
});

Deno.test("nothing that a run uses can be disposed of meanwhile", async () => {
  const held = slow();
  const done = held.binding.runAsync();
  for (const handle of Object.values(held)) {
    const says = `${handle.constructor.name} cannot be disposed of while a run uses it`;
    assertThrows(() => handle[Symbol.dispose](), TypeError, says);
  }
  assertThrows(() => held.binding.run(), TypeError, "the binding is running already");
  await assertRejects(() => held.binding.runAsync(), TypeError, "the binding is running already");
  await done;
  held.binding.run();
  for (const handle of Object.values(held)) handle[Symbol.dispose]();
});

Deno.test("runAsync() leaves the event loop alive, and two bindings run side by side", async () => {
  const [one, two] = [slow(), slow()];
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await Promise.all([one.binding.runAsync(), two.binding.runAsync()]);
  clearInterval(timer);
  assert(turns > 0);
  for (const handle of [...Object.values(one), ...Object.values(two)]) handle[Symbol.dispose]();
});

Deno.test("two bindings of one session run side by side", async () => {
  using session = negation(1000);
  const pairs = Array.from({ length: 8 }, (_, i) => {
    const x = tensor("float32", [1000], new Float32Array(1000).fill(i));
    const y = HostTensor.zeros("float32", [1000]);
    return { x, y, binding: bind(session, x, y) };
  });
  for (let round = 0; round < 20; round++) {
    await Promise.all(pairs.map(({ binding }) => binding.runAsync()));
  }
  pairs.forEach(({ x, y, binding }, i) => {
    assert(y.data.every((value) => value === -i));
    for (const held of [binding, x, y]) held[Symbol.dispose]();
  });
});

Deno.test("a failed run rejects with the node's name and frees what it used", async () => {
  const graph = new Graph();
  const rows = gatherRows(graph.input("t", "float32", [2, 2]), graph.input("i", "int32", [1]));
  const y = exp(rows);
  graph.output("y", y);
  const session = new Session(encodeModel(graph), 1);
  const [t, i] = [HostTensor.zeros("float32", [2, 2]), tensor("int32", [1], [7])];
  const result = HostTensor.zeros("float32", [1, 2]);
  const binding = new Binding(
    session,
    new Map<string, HostTensor>([["t", t], ["i", i]]),
    new Map([[y.name, result]]),
  );
  const error = await assertRejects(() => binding.runAsync(), OrtError);
  assertEquals(error.node, "Gather_0");
  for (const handle of [binding, session, t, i, result]) handle[Symbol.dispose]();
});

Deno.test("Session refuses bytes that are no model, and Binding names that it has not", () => {
  const error = assertThrows(() => new Session(new Uint8Array([1, 2, 3]), 1), OrtError);
  assertEquals(error.node, null);
  using session = negation(1);
  using x = HostTensor.zeros("float32", [1]);
  const none = new Map<string, HostTensor>();
  const refused = assertThrows(() => new Binding(session, new Map([["z", x]]), none), OrtError);
  assertStringIncludes(refused.message, "z");
});

/** Growth of the process in MiB over many calls, the first of which are not counted. */
function growth(calls: number, call: () => void): number {
  for (let i = 0; i < calls / 4; i++) call();
  const before = Deno.memoryUsage().rss;
  for (let i = 0; i < calls; i++) call();
  return (Deno.memoryUsage().rss - before) / 2 ** 20;
}

Deno.test("sessions, tensors and bindings give their memory back", () => {
  const size = 2 ** 20; // 4 MiB in each tensor and in each model
  const data = allocate("float32", size).fill(1);
  const cycle = () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [size]);
    const y = graph.node({
      op: "Mul",
      inputs: [x, graph.constant("float32", [size], data)],
      outputs: [{ dtype: "float32", shape: [size] }],
    })[0]!;
    // A second node, so that the session also holds memory of its own for what is between.
    const z = neg(y);
    graph.output("z", z);
    using session = new Session(encodeModel(graph), 1);
    using input = HostTensor.zeros("float32", [size]);
    using output = HostTensor.zeros("float32", [size]);
    using binding = new Binding(session, new Map([["x", input]]), new Map([[z.name, output]]));
    binding.run();
  };
  const grown = growth(80, cycle);
  // Each cycle makes at least 12 MiB: one object of it that leaks in ten cycles would show.
  assert(grown < 90, `${grown.toFixed()} MiB more for at least 960 MiB`);
});

Deno.test("bindings, failed ones too, give their memory back", () => {
  // A binding keeps the names, and nothing else of size.
  const name = "x".repeat(2 ** 16);
  const graph = new Graph();
  const y = neg(graph.input(name, "float32", [1]));
  graph.output("y", y);
  using session = new Session(encodeModel(graph), 1);
  using input = HostTensor.zeros("float32", [1]);
  using output = HostTensor.zeros("float32", [1]);
  const inputs = new Map([[name, input]]);
  const wrong = new Map([[name, input], ["no", input]]);
  const grown = growth(1600, () => {
    using binding = new Binding(session, inputs, new Map([[y.name, output]]));
    binding.run();
    assertThrows(() => new Binding(session, wrong, new Map()), OrtError);
  });
  assert(grown < 50, `${grown.toFixed()} MiB more for at least 200 MiB of names`);
});

Deno.test("tensors give their memory back", () => {
  // The runtime's own part of a tensor is its shape.
  const shape = new Array(4096).fill(1);
  const grown = growth(3000, () => HostTensor.zeros("float32", shape)[Symbol.dispose]());
  assert(grown < 45, `${grown.toFixed()} MiB more for at least 94 MiB of shapes`);
});

Deno.test("Session tells the names of its inputs and outputs, and gives their memory back", () => {
  const graph = new Graph();
  const names = ["first", "ein zweiter/étage", "x".repeat(2 ** 15)];
  const outputs = names.map((name) => neg(graph.input(name, "float32", ["any"])));
  outputs.forEach((output, i) => graph.output(`${i}`, output));
  using session = new Session(encodeModel(graph), 1);
  assertEquals(session.inputNames, names);
  assertEquals(session.outputNames, outputs.map(({ name }) => name));
  const grown = growth(3000, () => session.inputNames);
  assert(grown < 45, `${grown.toFixed()} MiB more for at least 94 MiB of names`);
  session[Symbol.dispose]();
  assertThrows(() => session.inputNames, TypeError, "disposed");
});
