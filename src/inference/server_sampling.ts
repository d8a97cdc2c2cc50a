/** @file The fields that make a server draw from the whole distribution, which none does by itself. */

/** Fields of a request beside the standard ones. */
export type SamplingFields = Readonly<Record<string, number>>;

/**
 * Servers cut the distribution by default: llama.cpp to the 40 most probable tokens, vLLM and SGLang as the checkpoint's
 * `generation_config.json` says (for Qwen2.5-Instruct top-k 20, top-p 0.8 and a repetition penalty). avg@k at temperature 1
 * is then not what its name says. Each has its own names for turning that off; `top_p` is standard.
 */
const FIELDS: Readonly<Record<string, SamplingFields>> = {
  // https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
  llamacpp: { top_k: 0, min_p: 0, repeat_penalty: 1 },
  // https://docs.vllm.ai/en/latest/api/vllm/sampling_params.html
  vllm: { top_k: -1, min_p: 0, repetition_penalty: 1 },
  // https://docs.sglang.ai/basic_usage/sampling_params.html
  sglang: { top_k: -1, min_p: 0, repetition_penalty: 1 },
};

/**
 * What a request has to say beside its temperature so that nothing else shapes the distribution, by what the server calls the
 * owner of its models; null for a server that is not known, which keeps its own defaults but for `top_p`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(plainSampling("llamacpp"), { top_k: 0, min_p: 0, repeat_penalty: 1 });
 * assertEquals(plainSampling("somebody"), null);
 * ```
 */
export function plainSampling(owner: string): SamplingFields | null {
  return Object.hasOwn(FIELDS, owner) ? FIELDS[owner]! : null;
}
