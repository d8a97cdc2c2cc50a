import { assert, assertEquals, assertThrows } from "@std/assert";
import { gradients } from "../../../src/engine/autodiff.ts";
import { Graph } from "../../../src/engine/graph.ts";
import { dropout } from "../../../src/engine/ops/mod.ts";
import { HostTensor } from "../../../src/engine/ort/ort.ts";
import { Program } from "../../../src/engine/program.ts";

const COUNT = 20_000;

/** Two runs of dropout on ones, and of its gradient. */
function twoRuns(share: number, seed: number) {
  const graph = new Graph();
  const x = graph.input("x", "float32", [COUNT]);
  const y = dropout(x, share, seed);
  graph.output("y", y);
  const [gradient] = gradients(y, [x]);
  graph.output("dx", gradient!);
  using program = new Program(graph, { threads: 1 });
  using input = HostTensor.zeros("float32", [COUNT]);
  input.data.fill(1);
  using output = HostTensor.zeros("float32", [COUNT]);
  using back = HostTensor.zeros("float32", [COUNT]);
  using binding = program.bind({ x: input }, { y: output, dx: back });
  return [0, 1].map(() => {
    binding.run();
    return { y: [...output.data], dx: [...back.data] };
  });
}

Deno.test("dropout() drops the share, keeps the mean, and lets gradients through what it kept", () => {
  const [{ y, dx }] = twoRuns(0.25, 1) as [{ y: number[]; dx: number[] }, unknown];
  const dropped = y.filter((value) => value === 0).length / COUNT;
  assert(Math.abs(dropped - 0.25) < 0.015, `${dropped}`);
  assertEquals(new Set(y), new Set([0, Math.fround(1 / 0.75)]));
  assertEquals(dx, y);
});

Deno.test("dropout() draws anew at every run, and the same for equal seeds", () => {
  const [first, second] = twoRuns(0.25, 1);
  assert(first!.y.some((value, i) => value !== second!.y[i]));
  assertEquals(twoRuns(0.25, 1)[1], second);
  assert(twoRuns(0.25, 2)[0]!.y.some((value, i) => value !== first!.y[i]));
});

Deno.test("dropout() refuses a share that leaves nothing", () => {
  const x = new Graph().input("x", "float32", [2]);
  for (const share of [1, -0.1, NaN]) {
    assertThrows(() => dropout(x, share, 1), RangeError, "from 0 to below 1");
  }
});
