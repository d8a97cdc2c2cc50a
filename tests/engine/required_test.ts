import { assertEquals } from "@std/assert";
import { Graph } from "../../src/engine/graph.ts";
import { add, exp, neg } from "../../src/engine/ops/mod.ts";
import { nodesBefore, requiredNodes } from "../../src/engine/required.ts";

Deno.test("requiredNodes() leaves out what no output depends on", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2]);
  const e = exp(x);
  neg(e);
  const y = add(e, x);
  graph.output("y", y);
  assertEquals(requiredNodes(graph).map((node) => node.name), ["Exp_0", "Add_2"]);
  assertEquals(nodesBefore(graph.nodes, [e]).map((node) => node.name), ["Exp_0"]);
  assertEquals(nodesBefore(graph.nodes, [x]), []);
});
