import { assertEquals } from "@std/assert";
import { adapterShapes, adapterSlots, TARGET_MODULES } from "../../../src/policy/lora/config.ts";
import { parameterLayout } from "../../../src/policy/weights.ts";
import { goldenPolicy } from "../golden.ts";

Deno.test("adapterSlots() cuts every projection's columns out of the engine's matrices, without gaps", async () => {
  for (const name of ["qwen2", "llama"] as const) {
    using policy = await goldenPolicy(name);
    const slots = adapterSlots(policy.config, TARGET_MODULES);
    assertEquals(slots.length, 7 * policy.config.layers);
    for (const { name, shape } of parameterLayout(policy.config).filter((p) => p.transposed)) {
      let at = 0;
      for (const { from, width, inputs } of slots.filter(({ parameter }) => parameter === name)) {
        assertEquals([from, inputs], [at, shape[0]]);
        at += width;
      }
      assertEquals(at, shape[1]);
    }
  }
});

Deno.test("adapterSlots() and adapterShapes() have what the target modules name alone", async () => {
  using policy = await goldenPolicy("llama");
  const { config } = policy;
  const slots = adapterSlots(config, ["v_proj"]);
  assertEquals(slots.map(({ module }) => module), [
    "model.layers.0.self_attn.v_proj",
    "model.layers.1.self_attn.v_proj",
  ]);
  assertEquals(slots[0]!.from, (config.heads + config.kvHeads) * config.headDim);
  assertEquals(adapterShapes(slots, 3).map(({ shape }) => shape), [[32, 3], [3, 32], [32, 3], [
    3,
    32,
  ]]);
});
