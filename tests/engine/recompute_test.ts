import { assert, assertEquals } from "@std/assert";
import { gradients } from "../../src/engine/autodiff.ts";
import { Graph, type Node } from "../../src/engine/graph.ts";
import { liveBytes } from "../../src/engine/live_bytes.ts";
import { dropout, matmul, mul, rmsNorm, silu, sum } from "../../src/engine/ops/mod.ts";
import { recompute } from "../../src/engine/recompute.ts";
import { requiredNodes } from "../../src/engine/required.ts";
import { Rng } from "../../src/random/rng.ts";
import { evaluate } from "./evaluate.ts";

const [BLOCKS, SIZE] = [6, 8];
const blockOf = ({ name }: Node) => /^block\d+\//.exec(name)?.[0] ?? null;

/** Six blocks of a norm, a product and a gate; the loss and its gradients. */
function stack(again: boolean, share = 0): Graph {
  const graph = new Graph();
  let x = graph.input("x", "float32", [SIZE, SIZE]);
  const weights = Array.from(
    { length: BLOCKS },
    (_, i) => graph.input(`w${i}`, "float32", [SIZE, SIZE]),
  );
  const scale = graph.input("scale", "float32", [SIZE]);
  weights.forEach((w, i) => {
    x = graph.scope(`block${i}`, () => {
      const moved = matmul(rmsNorm(x, scale, 1e-6), w);
      const gated = mul(silu(moved), moved);
      return share === 0 ? gated : dropout(gated, share, i);
    });
  });
  const loss = sum(mul(x, x));
  graph.output("loss", loss);
  gradients(loss, [...weights, scale]).forEach((g, i) => graph.output(`gradient${i}`, g));
  if (again) recompute(graph, blockOf);
  return graph;
}

function inputs(): Record<string, number[]> {
  const rng = new Rng("recompute");
  const normals = (count: number) => Array.from({ length: count }, () => rng.normal());
  const names = ["x", ...Array.from({ length: BLOCKS }, (_, i) => `w${i}`)];
  return {
    ...Object.fromEntries(names.map((name) => [name, normals(SIZE * SIZE)])),
    scale: normals(SIZE),
  };
}

Deno.test("recompute() leaves the loss and its gradients as they are, to the bit", () => {
  assertEquals(evaluate(stack(true), inputs()), evaluate(stack(false), inputs()));
});

Deno.test("recompute() does not draw again what was drawn", () => {
  assertEquals(evaluate(stack(true, 0.3), inputs()), evaluate(stack(false, 0.3), inputs()));
  const drawn = requiredNodes(stack(true, 0.3)).filter(({ op }) => op === "Dropout").length;
  assertEquals(drawn, BLOCKS);
});

Deno.test("recompute() makes each block's results once more, and keeps its last one", () => {
  const count = (again: boolean, op: string) =>
    requiredNodes(stack(again)).filter((node) =>
      node.op === op && node.name.includes("block") || again && node.op === op
    ).length;
  assert(count(true, "Sigmoid") === 2 * count(false, "Sigmoid"));
  const [before, after] = [stack(false), stack(true)].map((graph) => liveBytes(graph).total);
  assert(after! < before! / 2, `${after} bytes, ${before} without`);
});

Deno.test("recompute() makes a block's results no earlier than the gradients of the block behind it", () => {
  const graph = stack(true);
  const at = new Map(graph.nodes.map((node, i) => [node, i]));
  const maker = new Map(graph.nodes.flatMap((node) => node.outputs.map((t) => [t, node] as const)));
  const depends = (node: Node, on: (node: Node) => boolean, seen = new Set<Node>()): boolean => {
    if (seen.has(node)) return false;
    seen.add(node);
    return on(node) ||
      node.inputs.some((t) => t && maker.has(t) && depends(maker.get(t)!, on, seen));
  };
  const again = graph.nodes.filter(({ name, op }) =>
    name.includes("recomputed/") && op === "Sigmoid"
  );
  assertEquals(again.length, BLOCKS);
  again.forEach((node, i) => {
    const behind = BLOCKS - 1 - i;
    for (const block of [`block${behind + 1}/`]) {
      if (behind + 1 === BLOCKS) continue;
      const ofBlock = ({ name }: Node) => name.startsWith(`gradient of ${block}`);
      assert(depends(node, ofBlock), `${node.name} does not wait for ${block}`);
    }
    // Every operand stands before the node that reads it.
    for (const t of node.inputs) {
      if (t && maker.has(t)) assert(at.get(maker.get(t)!)! < at.get(node)!);
    }
  });
});
