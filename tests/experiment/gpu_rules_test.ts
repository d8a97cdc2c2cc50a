import { assertEquals } from "@std/assert";
import { unfitForGpu } from "../../src/experiment/gpu_rules.ts";
import { sft, type SftOptions, sftSchema } from "../../src/experiment/sft.ts";

const stage = (more: Partial<SftOptions>) => sftSchema.parse(sft({ learningRate: 1e-3, ...more }));

Deno.test("unfitForGpu() has nothing to say of a stage that can run", () => {
  assertEquals([...unfitForGpu({ a: [stage({ device: "gpu" })] }, null)], []);
  assertEquals([...unfitForGpu({ a: [stage({ lora: { rank: 2 } })] }, "trl")], []);
});

Deno.test("unfitForGpu() refuses adapters, and engines that place their own jobs", () => {
  const found = [...unfitForGpu({ a: [stage({ device: "gpu", lora: { rank: 2 } })] }, "trl")];
  assertEquals(found, [
    'arms.a[0].device: found "gpu" with engine trl; expected none: the engine places its own jobs',
    'arms.a[0].device: found "gpu" beside lora; expected "cpu": adapters are trained there alone',
  ]);
});

Deno.test('device: "cpu" is as if it were not there, "gpu" is another stage', () => {
  assertEquals(JSON.stringify(stage({ device: "cpu" })), JSON.stringify(stage({})));
  assertEquals(stage({ device: "gpu" }).device, "gpu");
});
