import { assert, assertEquals } from "@std/assert";
import { gradients } from "../../../src/engine/autodiff.ts";
import { Graph } from "../../../src/engine/graph.ts";
import { encodeModel } from "../../../src/engine/onnx/encode.ts";
import {
  exp,
  gatherRows,
  logProb,
  matmul,
  neg,
  softmax,
  transpose,
  where,
} from "../../../src/engine/ops/mod.ts";
import { python, pythonTest } from "../../policy/python.ts";

/** The model that tests/golden/make_engine_model.py makes with the onnx package, here made with the engine. */
function model(): Graph {
  const graph = new Graph();
  const x = graph.input("x", "float32", ["B", 40]);
  const rows = graph.input("rows", "int64", [3]);
  const flags = graph.input("flags", "bool", [2]);
  const y = graph.input("y", "float32", ["B", 3, 4]);
  graph.input("unread", "int32", []);
  const weights = graph.constant(
    "float32",
    [2, 40],
    Float32Array.from({ length: 80 }, (_, i) => i / 8),
  );
  const clipped = graph.scope("äußere", () => {
    const product = matmul(x, weights, { transposeB: true, scale: 0.5 });
    const inputs = [product, null, graph.scalar("float32", 3.5)];
    return graph.node({ op: "Clip", inputs, outputs: [{ dtype: "float32", shape: ["B", 2] }] })[0]!;
  });
  graph.output("p", transpose(softmax(clipped), [1, 0]));
  neg(x); // nothing needs it
  const indices = Int32Array.of(0, 39, 0, 39, 0, 39);
  graph.output(
    "scattered",
    graph.node({
      op: "ScatterElements",
      inputs: [
        gatherRows(weights, rows),
        graph.constant("int32", [3, 2], indices),
        graph.constant("float32", [3, 2], Float32Array.of(1, 2, 3, 4, 5, 6)),
      ],
      outputs: [{ dtype: "float32", shape: [3, 40] }],
      attributes: { axis: { int: 1 }, reduction: { string: "add" } },
    })[0]!,
  );
  const doubles = (...values: number[]) =>
    graph.constant("float64", [2], Float64Array.from(values));
  graph.output("chosen", where(flags, doubles(0.1, -1e300), doubles(Infinity, -0)));
  graph.output("square", matmul(y, y, { transposeB: true, scale: -2 }));
  graph.output("rows", rows);
  return graph;
}

Deno.test("encodeModel() writes the bytes that the onnx package writes", async () => {
  const expected = await Deno.readFile(new URL("../../golden/engine_model.onnx", import.meta.url));
  assertEquals(encodeModel(model()), expected);
});

Deno.test("encodeModel() leaves out nodes and constants that no output needs, and keeps inputs", () => {
  const text = new TextDecoder().decode(encodeModel(model()));
  assert(!text.includes("Neg_"));
  assert(text.includes("unread"));
});

await pythonTest("encodeModel() writes models that onnx.checker accepts", ["onnx"], async () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [4, 6]);
  const labels = graph.input("labels", "int32", [4]);
  const loss = logProb(exp(matmul(x, x, { transposeB: true })), labels);
  graph.output("loss", loss);
  graph.output("dx", gradients(loss, [x])[0]!);
  const program = [
    "import base64, json, sys, onnx",
    "model = onnx.load_from_string(base64.b64decode(json.load(open(sys.argv[1]))))",
    "onnx.checker.check_model(model, full_check=True)",
    "print(len(model.graph.output))",
  ].join("\n");
  assertEquals(await python(program, encodeModel(graph).toBase64()), 2);
});
