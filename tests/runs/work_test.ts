import { assertEquals } from "@std/assert";
import { rlvr } from "../../src/experiment/rlvr.ts";
import { r3 } from "../../src/experiment/r3.ts";
import { sft } from "../../src/experiment/sft.ts";
import type { StageDeclaration } from "../../src/experiment/stages.ts";
import { parametersOf, type Work, workOf } from "../../src/runs/work.ts";
import { planOf } from "./fixtures.ts";

/** Work of the first stage of an arm. */
async function workFor(stage: StageDeclaration): Promise<Work> {
  const { stages } = await planOf({ arms: { a: [stage] } });
  return workOf(stages[0]!.spec, 1000);
}

Deno.test("workOf() doubles with the updates, the groups and the learning rates tried", async () => {
  const options = { updates: 10, learningRate: 1e-3, groups: 4 };
  const once = await workFor(rlvr(options));
  for (const twice of [{ ...options, updates: 20 }, { ...options, groups: 8 }]) {
    const { trained, sampled } = await workFor(rlvr(twice));
    assertEquals([trained, sampled], [2 * once.trained, 2 * once.sampled]);
  }
  const one = await workFor(sft({ learningRate: 1e-3, updates: 10 }));
  const two = await workFor(sft({ learningRate: [1e-3, 1e-4], updates: 10 }));
  assertEquals([two.trained, two.sampled, one.sampled], [2 * one.trained, 0, 0]);
});

Deno.test("workOf() counts half of the solutions for a reverse curriculum, and all of them in its prompts", async () => {
  const options = { updates: 10, learningRate: 1e-3, groups: 4 };
  const [whole, rest] = [await workFor(rlvr(options)), await workFor(r3(options))];
  assertEquals(2 * rest.sampled, whole.sampled);
  assertEquals(rest.trained, whole.trained);
});

Deno.test("workOf() counts an epoch as the training problems", async () => {
  const epoch = await workFor(sft({ learningRate: 1e-3, epochs: 1, batch: 40 }));
  const updates = await workFor(sft({ learningRate: 1e-3, updates: 10, batch: 40 }));
  assertEquals(epoch, updates);
});

Deno.test("parametersOf() counts a decoder's weights, from a declaration or a config.json", async () => {
  const init = {
    hidden_size: 128,
    num_hidden_layers: 4,
    num_attention_heads: 4,
    num_key_value_heads: 4,
    intermediate_size: 384,
    max_position_embeddings: 256,
    tie_word_embeddings: true,
    attention_bias: true,
    rope_theta: 10000,
    rms_norm_eps: 1e-6,
    initializer_range: 0.02,
  };
  assertEquals(await parametersOf({ init }), 4 * (4 * 128 ** 2 + 3 * 128 * 384) + 256 * 128);
  const checkpoint = await Deno.makeTempDir();
  const config = { ...init, vocab_size: 100, tie_word_embeddings: false };
  await Deno.writeTextFile(`${checkpoint}/config.json`, JSON.stringify(config));
  assertEquals(
    await parametersOf({ checkpoint }),
    4 * (4 * 128 ** 2 + 3 * 128 * 384) + 2 * 100 * 128,
  );
  await Deno.writeTextFile(`${checkpoint}/config.json`, "{");
  assertEquals(await parametersOf({ checkpoint }), 0);
  await Deno.remove(checkpoint, { recursive: true });
});
