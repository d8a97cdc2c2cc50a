import { assert, assertEquals } from "@std/assert";
import { gradients } from "../../src/engine/autodiff.ts";
import { gradientParts } from "../../src/engine/gradient_parts.ts";
import { Graph, type Tensor } from "../../src/engine/graph.ts";
import {
  add,
  addRows,
  concat,
  exp,
  gatherRows,
  linearLogProb,
  mul,
  reshape,
  sum,
  zeros,
} from "../../src/engine/ops/mod.ts";
import { Rng } from "../../src/random/rng.ts";
import { evaluate } from "./evaluate.ts";
import { relativeError } from "./ops/run_case.ts";

const [N, WIDTH, ROWS] = [6, 4, 23];

/** What a table is used for, given it and the indices. */
type Use = (table: Tensor, ids: Tensor) => Tensor;

const scores: Use = (table, ids) =>
  linearLogProb(gatherRows(table, ids), table, ids, { scale: 1, chunk: 10 });
const USES: Record<string, [Use, number[][], number]> = {
  "of a table of lookups and logits": [scores, [[0, 10], [10, 20], [20, 23]], 1],
  "of a table of lookups alone": [(table, ids) => gatherRows(table, ids), [], 1],
  "of a table that rows are picked from twice": [
    (table, ids) => mul(gatherRows(table, ids), gatherRows(table, ids)),
    [],
    2,
  ],
  "of a table that is used whole, too": [
    (table, ids) => concat([gatherRows(table, ids), exp(table)], 0),
    [[0, ROWS]],
    1,
  ],
  "of a table that is used whole and for logits: not taken apart": [
    (table, ids) =>
      add(sum(gatherRows(mul(table, table), ids), [1]), reshape(scores(table, ids), [N, 1])),
    [[0, ROWS]],
    0,
  ],
};

for (const [what, [use, spans, updates]] of Object.entries(USES)) {
  Deno.test(`gradientParts() add up to the gradient ${what}`, () => {
    const graph = new Graph();
    const table = graph.input("table", "float32", [ROWS, WIDTH]);
    const ids = graph.input("ids", "int32", [N]);
    const used = use(table, ids);
    const seed = graph.input("seed", "float32", used.shape);
    const [whole] = gradients(used, [table], seed);
    const parts = gradientParts(whole!);
    assertEquals(parts.spans.map(({ from, to }) => [from, to]), spans);
    assertEquals(parts.updates.length, updates);
    const dense = parts.spans.length === 0
      ? zeros(table)
      : concat(parts.spans.map(({ gradient }) => gradient), 0);
    graph.output("whole", whole!);
    graph.output(
      "parts",
      parts.updates.reduce((total, { indices, added }) => addRows(total, indices, added), dense),
    );
    const rng = new Rng("parts");
    const normals = (count: number) => Array.from({ length: count }, () => rng.normal());
    const size = used.shape.reduce<number>((product, dim) => product * Number(dim), 1);
    const found = evaluate(graph, {
      table: normals(ROWS * WIDTH),
      ids: [0, 22, 4, 4, 10, 19],
      seed: normals(size),
    });
    assert(relativeError(found["parts"]!, found["whole"]!) < 1e-6);
    assert(found["whole"]!.some((x) => x !== 0));
  });
}
