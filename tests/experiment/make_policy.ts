/**
 * @file Makes `policy/` beside this file: a checkpoint that opens and knows nothing, with the tokenizer of relay problems.
 * Run it again when that tokenizer or the checkpoints' layout changes: `deno run -A tests/experiment/make_policy.ts`.
 */
import { loadTraining } from "../../src/domains/load_tasks.ts";
import { startPolicy } from "../../src/trainers/embedded/start_policy.ts";
import { POLICY } from "./declarations.ts";

const init = {
  hidden_size: 16,
  num_hidden_layers: 1,
  num_attention_heads: 1,
  num_key_value_heads: 1,
  intermediate_size: 16,
  max_position_embeddings: 1024,
  tie_word_embeddings: true,
  attention_bias: true,
  rope_theta: 10000,
  rms_norm_eps: 1e-6,
  initializer_range: 0.02,
};
const data = { domain: "relay", tier: "hard", train: 1, validation: 0, seed: 1 } as const;

using policy = await startPolicy({ init }, null, data, await loadTraining(data), 1);
await policy.save(POLICY);
