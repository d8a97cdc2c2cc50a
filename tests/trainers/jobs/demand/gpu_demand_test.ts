import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { parsePolicyConfig } from "../../../../src/policy/config_json.ts";
import {
  gpuTime,
  SAMPLING_SHARE,
  TRAINING_SHARE,
} from "../../../../src/trainers/jobs/demand/gpu_hours.ts";
import {
  gpuMemory,
  kvBytes,
  parametersOf,
  totalOf,
} from "../../../../src/trainers/jobs/demand/gpu_memory.ts";
import { GPUS } from "../../../../src/trainers/jobs/demand/gpus.ts";

const qwen = (shape: Record<string, unknown>) =>
  parsePolicyConfig({
    ...{ model_type: "qwen2", max_position_embeddings: 32_768, rms_norm_eps: 1e-6 },
    ...{ rope_theta: 1e6, hidden_act: "silu", ...shape },
  }, "config.json");

/** Qwen2.5-7B-Instruct and 3B-Instruct, as their `config.json` says. */
const SEVEN = qwen({
  ...{ vocab_size: 152_064, hidden_size: 3584, intermediate_size: 18_944, num_hidden_layers: 28 },
  ...{ num_attention_heads: 28, num_key_value_heads: 4, tie_word_embeddings: false },
});
const THREE = qwen({
  ...{ vocab_size: 151_936, hidden_size: 2048, intermediate_size: 11_008, num_hidden_layers: 36 },
  ...{ num_attention_heads: 16, num_key_value_heads: 2, tie_word_embeddings: true },
});

Deno.test("parametersOf() counts Qwen2.5's weights as their cards do", () => {
  // 7.61 B and 3.09 B: https://huggingface.co/Qwen/Qwen2.5-7B-Instruct and Qwen2.5-3B-Instruct.
  assertAlmostEquals(parametersOf(SEVEN) / 1e9, 7.616, 1e-3);
  assertAlmostEquals(parametersOf(THREE) / 1e9, 3.086, 1e-3);
});

Deno.test("gpuMemory() counts what each of eight GPUs holds of 7 B weights", () => {
  const demand = {
    ...{ config: SEVEN, gpus: 8, computed: 2 as const, microBatchTokens: 8192, recompute: true },
    sampling: { tensorParallel: 1, share: 0.5, longest: 4096 },
  };
  const { training, sampling, sequences } = gpuMemory(demand, GPUS.h100.memory);
  const of = (what: string) => [...training, ...sampling].find((need) => need.what === what)!.bytes;
  const n = parametersOf(SEVEN);
  // 16 bytes for each weight, an eighth of it on each GPU: 15.2 GB.
  assertEquals(of("weights") + of("gradients") + of("AdamW's moments"), 16 * n / 8);
  assertEquals(of("logits"), 8192 * 152_064 * 10);
  // Embedding and head in 16 bits are larger than a layer.
  assertEquals(of("gathered weights"), 2 * 2 * 2 * 152_064 * 3584);
  // 28 layers' inputs, and all of one layer.
  const layer = 2 * (4 * 3584 + 2 * 512 + 3584 + 3 * 18_944) + 8 * 3584;
  assertEquals(of("activations"), 8192 * (28 * 2 * 3584 + layer));
  assertEquals(kvBytes(SEVEN), 2 * 28 * 4 * 128 * 2);
  assertEquals(of("KV cache"), 40e9 - 2 * n);
  assertEquals(sequences, Math.floor((40e9 - 2 * n) / (4096 * 57_344)));
  assertLess(totalOf(training), 80e9);
  // Without recomputation every layer's activations are kept: they do not fit.
  const without = gpuMemory({ ...demand, recompute: false }, GPUS.h100.memory).training;
  assertEquals(without.find(({ what }) => what === "activations")!.bytes, 8192 * 28 * layer);
  // Fewer GPUs hold more of it.
  const two = gpuMemory({ ...demand, gpus: 2 }, GPUS.h100.memory);
  assert(totalOf(two.training) > 80e9);
  // SFT samples nothing.
  assertEquals(gpuMemory({ ...demand, sampling: null }, 80e9).sequences, null);
});

Deno.test("gpuTime() is operations over speed for training, and bytes over bandwidth for sampling", () => {
  const tokens = {
    ...{ batches: 100, passes: 1, sequences: 4096, sampled: 4096, prompt: 700, completion: 300 },
    ...{ reference: false, recompute: true },
  };
  const time = gpuTime(SEVEN, tokens, GPUS.h100, 8, 1, 1e6);
  const n = parametersOf(SEVEN);
  const forward = 2 * n + 2 * 28 * 3584 * 1000;
  assertAlmostEquals(
    time.training,
    forward * 1000 * 4096 * 5 / (8 * 989e12 * TRAINING_SHARE),
    1e-6 * time.training,
  );
  // 512 sequences on each GPU, 256 at once: two rounds of 300 steps.
  const step = (2 * n + 256 * 850 * 57_344) / (3.35e12 * SAMPLING_SHARE);
  const prefill = (2 * n + 2 * 28 * 3584 * 700) * 700 * 4096 / (8 * 989e12 * TRAINING_SHARE);
  assertAlmostEquals(time.sampling, 2 * 300 * step + prefill, 1e-6 * time.sampling);
  assertAlmostEquals(time.gpuHours, 100 * (time.training + time.sampling) * 8 / 3600, 1e-9);
  // A reference policy costs a pass, recomputation another, SFT no sampling.
  const hours = (more: Partial<typeof tokens>) =>
    gpuTime(SEVEN, { ...tokens, ...more }, GPUS.h100, 8, 1, 1e6);
  assertAlmostEquals(hours({ reference: true }).training / time.training, 6 / 5, 1e-9);
  assertAlmostEquals(hours({ recompute: false }).training / time.training, 4 / 5, 1e-9);
  assertEquals(hours({ sampled: 0 }).sampling, 0);
  // Where memory leaves room for fewer, sampling takes more rounds.
  const tight = gpuTime(SEVEN, tokens, GPUS.h100, 8, 1, 64);
  assert(tight.sampling > time.sampling);
});
