import { assertEquals, assertThrows } from "@std/assert";
import { gradients } from "../../../src/engine/autodiff.ts";
import { Graph, GraphError } from "../../../src/engine/graph.ts";
import { detach, mul } from "../../../src/engine/ops/mod.ts";
import { evaluate } from "../evaluate.ts";

Deno.test("detach() passes the value on, and no gradient", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [3]);
  const y = mul(x, detach(x));
  graph.output("y", y);
  graph.output("dx", gradients(y, [x])[0]!);
  // Of x · x the gradient would be 2 x.
  assertEquals(evaluate(graph, { x: [1, -2, 3] }), { y: [1, 4, 9], dx: [1, -2, 3] });
  assertThrows(() => gradients(detach(x), [x]), GraphError, "no gradient reaches x");
});
