import { assert, assertEquals, assertThrows } from "@std/assert";
import { BatchTensors, compiledShape, shapeKey } from "../../src/policy/batch_tensors.ts";
import { pack } from "../../src/policy/packing.ts";

const [BATCH] = pack([{
  prompt: [3, 4, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9],
  completions: [{ tokens: [5, 6, 7], tag: "a" }, { tokens: [8], tag: "b" }],
}], { maxTokens: 32 });

Deno.test("BatchTensors.fill() repeats the first entry behind the last, with a weight of 0", () => {
  const shape = compiledShape(BATCH!);
  using tensors = new BatchTensors(shape, ["weights", "old"]);
  tensors.fill(BATCH!, { weights: [1, 2, 3, 4], old: [-5, -6, -7, -8] });
  const { inputs } = tensors;
  const padded = (first: number) => Array(shape.entries - 4).fill(first);
  assert(shape.entries > 4);
  assertEquals([...inputs["ids"]!.data], [...BATCH!.ids]);
  assertEquals([...inputs["labels"]!.data], [5, 6, 7, 8, ...padded(5)]);
  assertEquals([...inputs["sources"]!.data], [...BATCH!.sources, ...padded(BATCH!.sources[0]!)]);
  assertEquals([...inputs["weights"]!.data], [1, 2, 3, 4, ...padded(0)]);
  assertEquals([...inputs["old"]!.data], [-5, -6, -7, -8, ...padded(-5)]);
});

Deno.test("BatchTensors.fill() refuses columns that are missing or of another length", () => {
  using tensors = new BatchTensors(compiledShape(BATCH!), ["weights"]);
  assertThrows(() => tensors.fill(BATCH!, {}), TypeError, "weights: expected 4 values, found 0");
  assertThrows(
    () => tensors.fill(BATCH!, { weights: [1, 2, 3] }),
    TypeError,
    "weights: expected 4 values, found 3",
  );
});

Deno.test("compiledShape() has room for every entry, in quarters of the tokens", () => {
  for (let completions = 1; completions < 40; completions++) {
    const group = {
      prompt: [1, 2, 3],
      completions: Array.from({ length: completions }, () => ({ tokens: [1, 2], tag: 0 })),
    };
    for (const batch of pack([group], { maxTokens: 64 })) {
      const { rows, time, entries } = compiledShape(batch);
      assertEquals([rows, time], [batch.rows, batch.time]);
      assert(entries >= batch.labels.length && entries < batch.labels.length + rows * time / 4 + 1);
      assertEquals(shapeKey({ rows, time, entries }), `${rows} ${time} ${entries}`);
    }
  }
});

Deno.test("BatchTensors holds segments as integers, and numbers as floats", () => {
  const completions = [{ tokens: [8, 9], tag: "a" }, { tokens: [7], tag: "b" }];
  const [batch] = pack([{ prompt: [5, 6, 7], completions }], { maxTokens: 64 });
  using tensors = new BatchTensors(compiledShape(batch!), ["weights", "segments"]);
  assertEquals(tensors.inputs["segments"]!.dtype, "int32");
  assertEquals(tensors.inputs["weights"]!.dtype, "float32");
  tensors.fill(batch!, { weights: [1, 1, 1], segments: [0, 0, 2] });
  assertEquals([...tensors.inputs["segments"]!.data.subarray(0, 4)], [0, 0, 2, 0]);
});
