import { assertEquals, assertThrows } from "@std/assert";
import { Device } from "../../src/engine/device.ts";
import { Graph } from "../../src/engine/graph.ts";
import { add, addRows, matmul, neg, rmsNorm } from "../../src/engine/ops/mod.ts";
import { gradients } from "../../src/engine/autodiff.ts";
import { HostTensor, OrtError } from "../../src/engine/ort/ort.ts";
import { Program } from "../../src/engine/program.ts";
import { useSoftwareVulkan, WITHOUT_VULKAN } from "../vulkan/driver.ts";
import { tensor } from "./evaluate.ts";

const ignore = WITHOUT_VULKAN !== null;
const why = ignore ? ` (${WITHOUT_VULKAN})` : "";

function live(name: string, fn: (device: Device) => void): void {
  Deno.test({
    name: `${name}${why}`,
    ignore,
    fn() {
      useSoftwareVulkan();
      using device = new Device("webgpu");
      fn(device);
    },
  });
}

live("Device copies there and back", (device) => {
  using x = tensor("float32", [2, 2], [1, -2, -0, Infinity]);
  using there = device.upload(x);
  using back = HostTensor.zeros("float32", [2, 2]);
  device.download(there, back);
  assertEquals([...back.data], [...x.data]);
  using other = HostTensor.zeros("float32", [4]);
  assertThrows(() => device.download(there, other), TypeError, "cannot copy float32[2,2] to");
});

live(
  "Program updates a device's tensor in place, and reads what a host tensor holds at each run",
  (device) => {
    const graph = new Graph();
    const sum = graph.input("sum", "float32", [3]);
    graph.output("next", add(sum, graph.input("x", "float32", [3])));
    using program = new Program(graph, { threads: 1, provider: "webgpu" });
    using state = device.zeros("float32", [3]);
    using x = tensor("float32", [3], [1, 2, 3]);
    using binding = program.bind({ sum: state, x }, { next: state });
    binding.run();
    x.data.set([10, 20, 30]);
    binding.run();
    using seen = HostTensor.zeros("float32", [3]);
    device.download(state, seen);
    assertEquals([...seen.data], [11, 22, 33]);
  },
);

live("Program refuses a device's tensor as two outputs", (device) => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2]);
  graph.output("y", neg(x));
  graph.output("z", add(x, x));
  using program = new Program(graph, { threads: 1, provider: "webgpu" });
  using a = device.zeros("float32", [2]);
  using b = device.zeros("float32", [2]);
  assertThrows(() => program.bind({ x: a }, { y: b, z: b }), TypeError, "output z overlaps");
});

live("Program names the nodes that a device cannot run", () => {
  const graph = new Graph();
  const x = graph.input("x", "float64", [2]);
  graph.output("y", graph.scope("block", () => neg(x)));
  assertThrows(
    () => new Program(graph, { threads: 1, provider: "webgpu" }),
    OrtError,
    "webgpu has no kernel for block/Neg_0",
  );
});

live("lowerForWebGpu() adds rows that go to one place, however many there are", () => {
  for (const count of [5, 6000]) {
    const graph = new Graph();
    const table = graph.input("table", "float32", [4, 2]);
    const indices = graph.input("indices", "int32", [count]);
    graph.output("sum", addRows(table, indices, graph.input("added", "float32", [count, 2])));
    using program = new Program(graph, { threads: 1, provider: "webgpu" });
    const places = Array.from({ length: count }, (_, i) => (3 * i) % 4);
    using zeros = HostTensor.zeros("float32", [4, 2]);
    using which = tensor("int32", [count], places);
    using ones = tensor("float32", [count, 2], Array(2 * count).fill(1));
    using sum = HostTensor.zeros("float32", [4, 2]);
    using binding = program.bind({ table: zeros, indices: which, added: ones }, { sum });
    binding.run();
    const expected = [0, 1, 2, 3].map((place) => places.filter((p) => p === place).length);
    assertEquals([...sum.data], expected.flatMap((n) => [n, n]));
  }
});

live("Device cannot be disposed of under its tensors, nor a tensor used after it was", (device) => {
  const own = new Device("webgpu");
  const x = own.zeros("float32", [1]);
  assertThrows(() => own[Symbol.dispose](), Error);
  x[Symbol.dispose]();
  using y = HostTensor.zeros("float32", [1]);
  assertThrows(() => device.download(x, y), TypeError, "DeviceTensor was disposed of");
});

live(
  "lowerForWebGpu() computes what the processor does: a norm's way back, a scaled transposed product",
  (device) => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [2, 2, 4]);
    const y = rmsNorm(x, graph.input("w", "float32", [4]), 1e-3);
    const product = matmul(y, x, { transposeB: true, scale: 0.5 });
    graph.output("product", product);
    const [toX] = gradients(
      graph.node({
        op: "Identity",
        inputs: [y],
        outputs: [{ dtype: "float32", shape: y.shape }],
        gradient: ([g]) => [g!],
      })[0]!,
      [x],
    );
    graph.output("toX", toX!);
    const values = { x: Array.from({ length: 16 }, (_, i) => Math.sin(i)), w: [1, 2, -1, 0.5] };
    const run = (provider: "cpu" | "webgpu") => {
      using program = new Program(graph, { threads: 1, provider });
      using xs = tensor("float32", [2, 2, 4], values.x);
      using ws = tensor("float32", [4], values.w);
      const outputs = {
        product: HostTensor.zeros("float32", [2, 2, 2]),
        toX: HostTensor.zeros("float32", [2, 2, 4]),
      };
      using binding = program.bind({ x: xs, w: ws }, outputs);
      binding.run();
      return [...outputs.product.data, ...outputs.toX.data].map((v) => Number(v.toFixed(4)));
    };
    assertEquals(device.provider, "webgpu");
    assertEquals(run("webgpu"), run("cpu"));
  },
);
