/** @file One training stage on the embedded engine. */
import { loadTraining } from "../../domains/load_tasks.ts";
import type { TrainingSpec } from "../../experiment/specs.ts";
import { writeLedgers } from "../../runs/ledgers.ts";
import type { StageContext } from "../../runs/stage.ts";
import { contextBound } from "../../policy/room.ts";
import { saveAdapter } from "../../policy/lora/peft.ts";
import { fitStage } from "./fit_stage.ts";
import { lineageOf } from "./lineage.ts";
import { Ruler } from "./ruler.ts";
import { startPolicy } from "./start_policy.ts";
import { trainGrpo } from "./train_grpo.ts";
import { trainSft } from "./train_sft.ts";

/**
 * Trains what the spec says; leaves the policy in `checkpoint/`, beside metrics and rollouts; an adapter, which is merged there, in
 * `adapter/` too; where the data is not generated, what
 * became of the rows, and of the prompts that they gave, in `ledger.json`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sft, sftSchema } from "../../experiment/sft.ts";
 *
 * const dir = await Deno.makeTempDir();
 * await runTrainingStage({
 *   kind: "train",
 *   policy: {
 *     init: {
 *       hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 1, num_key_value_heads: 1,
 *       intermediate_size: 16, max_position_embeddings: 128, tie_word_embeddings: true, attention_bias: false,
 *       rope_theta: 10000, rms_norm_eps: 1e-6, initializer_range: 0.02,
 *     },
 *   },
 *   data: { domain: "relay", tier: "easy", train: 8, validation: 0, seed: 1 },
 *   stage: sftSchema.parse(sft({ learningRate: 1e-3, updates: 2, batch: 4 })),
 *   prompts: { chat: {} },
 *   seed: 1, threads: 1, engine: "1", versions: {}, contents: {},
 * }, { dir, parent: null, seed: 1, threads: 1, report: () => {} });
 * const files = [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
 * assertEquals(files, ["candidates.json", "checkpoint", "metrics.jsonl", "timings.jsonl"]);
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function runTrainingStage(spec: TrainingSpec, context: StageContext): Promise<void> {
  const tasks = await loadTraining(spec.data, spec.prompts);
  using policy = await startPolicy(
    spec.policy,
    context.parent,
    spec.data,
    tasks,
    spec.seed,
    spec.prompts.chat,
  );
  const { stage } = spec;
  const fitted = fitStage(stage, tasks, new Ruler(policy, "policy"), {
    context: contextBound(policy.config),
    microBatch: { name: "microBatchTokens", tokens: stage.microBatchTokens },
    path: "",
  });
  tasks.ledger?.prompts.use(fitted.used);
  for (const prompt of fitted.dropped) tasks.ledger?.prompts.drop(prompt);
  if (stage.lora) policy.adapt(stage.lora, spec.seed);
  if (stage.kind === "sft") await trainSft(policy, stage, fitted.tasks, context);
  else await trainGrpo(policy, stage, fitted.tasks, context, fitted.items);
  if (tasks.ledger !== null) await writeLedgers(context.dir, { data: tasks.ledger });
  await policy.save(`${context.dir}/checkpoint`, await lineageOf(spec, context.parent));
  if (policy.adapter) {
    const { lora, tensors } = policy.adapter;
    const base = "checkpoint" in spec.policy ? spec.policy.checkpoint : null;
    await saveAdapter(`${context.dir}/adapter`, lora, tensors, base);
  }
}
