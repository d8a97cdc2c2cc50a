import { assertEquals, assertThrows } from "@std/assert";
import { Graph } from "../../src/engine/graph.ts";
import { liveBytes } from "../../src/engine/live_bytes.ts";
import { add, matmul, neg, reshape, split, sum } from "../../src/engine/ops/mod.ts";

const MATRIX = 8 * 8 * 4;

/** A graph over one 8 × 8 matrix, and the peak of what `build` makes of it. */
function peak(build: (x: ReturnType<Graph["input"]>) => ReturnType<Graph["input"]>): number {
  const graph = new Graph();
  graph.output("y", build(graph.input("x", "float32", [8, 8])));
  return liveBytes(graph).total;
}

Deno.test("liveBytes() counts neither inputs nor outputs", () => {
  assertEquals(peak((x) => matmul(x, x)), 0);
});

Deno.test("liveBytes() frees a tensor after its last reader", () => {
  const chain = (x: ReturnType<Graph["input"]>, length: number) => {
    for (let i = 0; i < length; i++) x = matmul(x, x);
    return sum(x);
  };
  assertEquals(peak((x) => chain(x, 2)), 2 * MATRIX);
  assertEquals(peak((x) => chain(x, 9)), 2 * MATRIX);
  // Kept for a late reader.
  assertEquals(
    peak((x) => {
      const first = matmul(x, x);
      return sum(matmul(matmul(matmul(first, x), x), first));
    }),
    3 * MATRIX,
  );
});

Deno.test("liveBytes() gives views and operators in place no memory of their own", () => {
  assertEquals(peak((x) => sum(reshape(neg(neg(matmul(x, x))), [64]))), MATRIX + 0);
  // The operand is read again, so that it may not be overwritten.
  assertEquals(
    peak((x) => {
      const product = matmul(x, x);
      return sum(add(neg(product), product));
    }),
    2 * MATRIX,
  );
});

Deno.test("liveBytes() counts results that nobody reads while their node runs, and nodes that nobody needs not at all", () => {
  assertEquals(peak((x) => sum(split(matmul(x, x), 0, [4, 4])[0]!)), 2 * MATRIX);
  assertEquals(peak((x) => (matmul(matmul(x, x), x), matmul(x, x))), 0);
});

Deno.test("liveBytes() refuses a size that is known only when the graph runs", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", ["B"]);
  graph.output("y", neg(neg(x)));
  assertThrows(() => liveBytes(graph), TypeError, "B is known only at run time");
});
