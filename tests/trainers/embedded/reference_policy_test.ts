import { assertEquals, assertNotEquals } from "@std/assert";
import { pack } from "../../../src/policy/packing.ts";
import { Scorer } from "../../../src/policy/scorer.ts";
import { ReferencePolicy } from "../../../src/trainers/embedded/reference_policy.ts";
import { goldenPolicy } from "../../policy/golden.ts";

Deno.test("ReferencePolicy scores with the weights as they were, whatever training does to them", async () => {
  using policy = await goldenPolicy("qwen2");
  const options = { temperature: 0.8, threads: 1 };
  using scorer = new Scorer(policy.config, policy.weights, options);
  const completions = [{ tokens: [7, 8, 9], tag: 0 }, { tokens: [3], tag: 0 }];
  const [batch] = pack([{ prompt: [5, 6], completions }], { maxTokens: 64 });
  const before = await scorer.score(batch!);
  using reference = new ReferencePolicy(policy, options);
  policy.weights.get("layers.1.qkv")!.data.fill(0.1);
  assertEquals(await reference.score(batch!), before);
  assertNotEquals(await scorer.score(batch!), before);
});
