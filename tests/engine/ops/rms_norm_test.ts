import { assert, assertEquals } from "@std/assert";
import { Graph } from "../../../src/engine/graph.ts";
import { add, addRmsNorm, rmsNorm } from "../../../src/engine/ops/mod.ts";
import { Rng } from "../../../src/random/rng.ts";
import { evaluate } from "../evaluate.ts";
import { relativeError } from "./run_case.ts";

Deno.test("addRmsNorm() is the sum and rmsNorm() of it", () => {
  const graph = new Graph();
  const [x, delta] = ["x", "delta"].map((name) => graph.input(name, "float32", [2, 3, 32]));
  const weight = graph.input("weight", "float32", [32]);
  const fused = addRmsNorm(x!, delta!, weight, 1e-2);
  const plain = add(x!, delta!);
  graph.output("sum", fused.sum);
  graph.output("normed", fused.normed);
  graph.output("expected sum", plain);
  graph.output("expected normed", rmsNorm(plain, weight, 1e-2));
  const rng = new Rng("addRmsNorm");
  const random = (count: number) => Array.from({ length: count }, () => rng.normal());
  const found = evaluate(graph, { x: random(192), delta: random(192), weight: random(32) });
  assertEquals(found["sum"], found["expected sum"]);
  assert(relativeError(found["normed"]!, found["expected normed"]!) < 1e-6);
});
