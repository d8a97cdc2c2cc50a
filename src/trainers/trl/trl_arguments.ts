/** @file A stage in TRL's own terms: the keyword arguments of `GRPOConfig` and `SFTConfig`. */
import type { PolicyLoss } from "../../algorithms/policy_loss.ts";
import type { ResolvedOptimiser } from "../../experiment/optimiser.ts";
import type { ResolvedRlvr } from "../../experiment/rlvr.ts";
import type { ResolvedSft } from "../../experiment/sft.ts";
import type { ResolvedSrl } from "../../experiment/srl.ts";
import type { ResolvedTrl } from "../../experiment/trl.ts";
import { ADAMW } from "../embedded/settings.ts";
import type { MicroBatches } from "./micro_batches.ts";

/** Keyword arguments of one of TRL's configurations. */
export type TrlArguments = Readonly<Record<string, unknown>>;

/** What the arguments depend on besides the stage. */
export interface ArgumentOptions {
  /** The engine as declared. */
  readonly engine: Pick<ResolvedTrl, "precision">;
  /** How a process divides its share of a batch. */
  readonly micro: MicroBatches;
  /** Optimiser updates in all. */
  readonly updates: number;
  /** Seed of the stage. */
  readonly seed: number;
}

/** What both trainers share. Whatever would be saved, logged or shown by TRL itself is off: the launcher does that. */
function shared(
  stage: ResolvedOptimiser & { readonly kind: string },
  learningRate: number,
  { engine, micro, updates, seed }: ArgumentOptions,
): TrlArguments {
  return {
    max_steps: updates,
    per_device_train_batch_size: micro.sequences,
    gradient_accumulation_steps: micro.passes,
    learning_rate: learningRate,
    lr_scheduler_type: stage.schedule === "constant" ? "constant_with_warmup" : stage.schedule,
    warmup_steps: Math.ceil(stage.warmup * updates),
    optim: "adamw_torch",
    adam_beta1: ADAMW.betas[0],
    adam_beta2: ADAMW.betas[1],
    adam_epsilon: ADAMW.epsilon,
    weight_decay: stage.weightDecay,
    max_grad_norm: stage.maxGradNorm,
    bf16: engine.precision === "bf16",
    fp16: false,
    gradient_checkpointing: stage.recompute ?? false,
    seed,
    logging_strategy: "steps",
    logging_steps: 1,
    logging_nan_inf_filter: false,
    ddp_find_unused_parameters: false,
    report_to: "none",
    disable_tqdm: true,
    save_strategy: "no",
    remove_unused_columns: false,
  };
}

/**
 * TRL's `loss_type`. `gspo` is `grpo` with the ratio of a sequence.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(trlLoss("gspo"), { loss_type: "grpo", importance_sampling_level: "sequence" });
 * ```
 */
export function trlLoss(
  loss: PolicyLoss,
): { readonly loss_type: string; readonly importance_sampling_level: "token" | "sequence" } {
  return loss === "gspo"
    ? { loss_type: "grpo", importance_sampling_level: "sequence" }
    : { loss_type: loss, importance_sampling_level: "token" };
}

/** Losses that TRL averages over the rows of a batch, so that rows without weight would count. */
export function averagesRows(loss: PolicyLoss): boolean {
  return loss === "grpo" || loss === "gspo" || loss === "dr_grpo";
}

/**
 * Arguments of `GRPOConfig`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { srl, srlSchema } from "../../experiment/srl.ts";
 *
 * const stage = srlSchema.parse(srl({ updates: 4, learningRate: 1e-3, loss: "cispo", klCoefficient: 0.1 }));
 * const made = grpoArguments(stage, {
 *   engine: { precision: "fp32" }, micro: { sequences: 8, passes: 2 }, updates: 4, seed: 1,
 * });
 * assertEquals([made.loss_type, made.epsilon_high, made.beta], ["cispo", 5, 0.1]);
 * ```
 */
export function grpoArguments(
  stage: ResolvedSrl | ResolvedRlvr,
  options: ArgumentOptions,
): TrlArguments {
  const { clip, loss } = stage;
  return {
    ...shared(stage, stage.learningRate, options),
    num_generations: stage.rollouts,
    steps_per_generation: options.micro.passes,
    num_iterations: stage.updatesPerBatch,
    max_completion_length: stage.maxTokens,
    temperature: stage.temperature,
    top_p: stage.topP,
    top_k: stage.topK,
    ...trlLoss(loss),
    // cispo has no lower bound, and TRL takes its upper one as the bound itself.
    ...clip.low === null ? {} : { epsilon: clip.low },
    epsilon_high: loss === "cispo" ? 1 + clip.high : clip.high,
    beta: stage.klCoefficient,
    use_bias_correction_kl: stage.klEstimator === "unbiased",
    // The launcher hands over advantages: see groups.py.
    scale_rewards: "none",
    mask_truncated_completions: false,
    shuffle_dataset: false,
    // Which prompts come next is the launcher's to decide, and saved with its checkpoints.
    ignore_data_skip: true,
    log_completions: false,
    use_vllm: false,
  };
}

/**
 * Arguments of `SFTConfig`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sft, sftSchema } from "../../experiment/sft.ts";
 *
 * const stage = sftSchema.parse(sft({ updates: 10, learningRate: 1e-3 }));
 * const made = sftArguments(stage, {
 *   engine: { precision: "bf16" }, micro: { sequences: 8, passes: 8 }, updates: 10, seed: 1,
 * });
 * assertEquals([made.lr_scheduler_type, made.warmup_steps, made.bf16], ["cosine", 3, true]);
 * ```
 */
export function sftArguments(stage: ResolvedSft, options: ArgumentOptions): TrlArguments {
  return {
    ...shared(stage, stage.learningRate[0]!, options),
    loss_type: "nll",
    // Rows are ids already, and none is too long: nothing is to be cut, packed or looked at again.
    max_length: null,
    packing: false,
    dataset_kwargs: { skip_prepare_dataset: true },
    completion_only_loss: true,
    shuffle_dataset: false,
  };
}
