/** @file A stage in verl's own terms: settings of its configuration. */
import type { PolicyLoss } from "../../algorithms/policy_loss.ts";
import { InputError } from "../../errors.ts";
import type { ResolvedOptimiser } from "../../experiment/optimiser.ts";
import type { ResolvedVerl } from "../../experiment/verl.ts";
import { ADAMW } from "../embedded/settings.ts";
import type { ImitationMaterial, OrderedPractice, PracticeMaterial } from "../jobs/material.ts";

/** Settings by key, as Hydra takes them; `+` before a key adds one that verl's files do not have. */
export type VerlSettings = Readonly<Record<string, string | number | boolean>>;

/** What the settings depend on besides stage and engine. */
export interface VerlSettingsOptions {
  /** The engine as declared. */
  readonly engine: ResolvedVerl;
  /** Seed of the stage. */
  readonly seed: number;
  /** What the job is, for people. */
  readonly label: string;
}

/** verl's names of a loss, see {@link verlLoss}. */
export interface VerlLoss {
  /** `actor.policy_loss.loss_mode`: the objective of a token. */
  readonly mode: "vanilla" | "gspo" | "cispo";
  /** `actor.loss_agg_mode`: what is averaged over what. */
  readonly average: "token-mean" | "seq-mean-token-mean" | "seq-mean-token-sum-norm";
}

/**
 * The loss in verl's terms. `bnpo` has none: verl does not average over micro-batches.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(verlLoss("dapo"), { mode: "vanilla", average: "token-mean" });
 * assertEquals(verlLoss("gspo"), { mode: "gspo", average: "seq-mean-token-mean" });
 * ```
 */
export function verlLoss(loss: PolicyLoss): VerlLoss {
  switch (loss) {
    case "grpo":
      return { mode: "vanilla", average: "seq-mean-token-mean" };
    case "dr_grpo":
      return { mode: "vanilla", average: "seq-mean-token-sum-norm" };
    case "dapo":
      return { mode: "vanilla", average: "token-mean" };
    case "gspo":
      return { mode: "gspo", average: "seq-mean-token-mean" };
    case "cispo":
      return { mode: "cispo", average: "token-mean" };
    case "bnpo":
      // The plan refuses it.
      throw new TypeError("bnpo");
  }
}

/** A bound that no ratio reaches: of verl's dual clip, which the losses' sources do not have. */
const NO_DUAL_CLIP = 1e9;

const DTYPES = { bf16: "bfloat16", fp32: "float32" } as const;

/** AdamW and the schedule. */
function optimiser(stage: ResolvedOptimiser, rate: number, batches: number): VerlSettings {
  return {
    lr: rate,
    lr_scheduler_type: stage.schedule,
    lr_warmup_steps: Math.ceil(stage.warmup * batches),
    weight_decay: stage.weightDecay,
    betas: `[${ADAMW.betas}]`,
    clip_grad: stage.maxGradNorm,
    override_optimizer_config: `{eps:${ADAMW.epsilon}}`,
  };
}

/** The same settings below another key. */
function below(prefix: string, settings: VerlSettings): VerlSettings {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      key.startsWith("+") ? `+${prefix}.${key.slice(1)}` : `${prefix}.${key}`,
      value,
    ]),
  );
}

/** The policy as it is trained. */
function model({ attention }: ResolvedVerl, stage: ResolvedOptimiser): VerlSettings {
  return {
    enable_gradient_checkpointing: stage.recompute ?? false,
    // Without FlashAttention sequences cannot be packed.
    use_remove_padding: attention === "flash_attention_2",
    "+override_config.attn_implementation": attention,
  };
}

/** FSDP of whatever is trained or only asked. */
function sharded({ precision, offload, deterministic }: ResolvedVerl, seed: number): VerlSettings {
  return {
    // Said in any case: without it verl computes in bfloat16, whatever `dtype` says.
    "+mixed_precision": `{param_dtype:${precision},reduce_dtype:fp32,buffer_dtype:fp32}`,
    param_offload: offload === "all",
    optimizer_offload: offload !== "none",
    full_determinism: deterministic,
    seed,
  };
}

/** Where it runs, and that the launcher validates, saves and tells, not verl. */
function trainer({ gpus, nodes }: ResolvedVerl, label: string): VerlSettings {
  return {
    nnodes: nodes,
    n_gpus_per_node: gpus,
    project_name: "stepwise",
    experiment_name: label.replace(/[^\w-]+/g, "-"),
    logger: "[console]",
    save_freq: -1,
    total_epochs: 1,
  };
}

/** Settings of `verl.trainer.sft_trainer`. */
export function imitationSettings(
  { stage, shared, longest }: ImitationMaterial,
  { engine, seed, label }: VerlSettingsOptions,
): VerlSettings {
  return {
    "data.train_files": "data.jsonl",
    "data.val_files": shared.validateEvery === null ? "null" : "validation.jsonl",
    "data.custom_cls.path": "pkg://imitation",
    "data.custom_cls.name": "Demonstrations",
    "data.train_batch_size": stage.batch,
    "data.use_dynamic_bsz": true,
    "data.max_token_len_per_gpu": stage.microBatchTokens,
    "data.max_length": longest,
    ...below("model", model(engine, stage)),
    ...below("engine", { strategy: "fsdp2", ...sharded(engine, seed) }),
    ...below("optim", optimiser(stage, stage.learningRate[0]!, shared.updates)),
    ...below("trainer", trainer(engine, label)),
    "trainer.seed": seed,
    "trainer.total_training_steps": shared.updates,
    "trainer.test_freq": -1,
  };
}

/** The algorithm: the advantages, the sampler and the policy loss. */
function algorithm({ stage, sampling }: PracticeMaterial): VerlSettings {
  const { clip, klCoefficient } = stage;
  const { mode, average } = verlLoss(stage.loss);
  const sampler = below("+trainer.v1.sampler.sampler_kwargs", {
    epsilon: sampling.epsilon ?? "null",
    max_refills: sampling.maxRefills,
    advantage_epsilon: sampling.advantageEpsilon ?? "null",
  });
  return {
    "algorithm.adv_estimator": "stepwise",
    "critic.enable": false,
    "trainer.v1.trainer_mode": "sync",
    "trainer.v1.sampler.custom_sampler.path": "pkg://replay",
    "trainer.v1.sampler.custom_sampler.name": "GroupBuffer",
    ...sampler,
    ...below("actor_rollout_ref.actor", {
      "policy_loss.loss_mode": mode,
      loss_agg_mode: average,
      ...stage.loss === "dr_grpo" ? { loss_scale_factor: stage.maxTokens } : {},
      // cispo has no lower bound.
      clip_ratio_low: clip.low ?? 1,
      clip_ratio_high: clip.high,
      clip_ratio_c: NO_DUAL_CLIP,
      entropy_coeff: 0,
      use_kl_loss: klCoefficient > 0,
      ...klCoefficient > 0 ? { kl_loss_coef: klCoefficient, kl_loss_type: "low_var_kl" } : {},
    }),
  };
}

/** Most tokens of a prompt, of a completion, and of both; validation counted. */
export interface SamplingRoom {
  /** Of a prompt. */
  readonly prompt: number;
  /** Of a completion. */
  readonly completion: number;
  /** Of a prompt with its completion. */
  readonly both: number;
}

/** How the policy samples, for training and for validation. */
function rollouts(
  stage: OrderedPractice,
  room: SamplingRoom,
  engine: ResolvedVerl,
  seed: number,
): VerlSettings {
  return {
    n: stage.rollouts,
    temperature: stage.temperature,
    top_p: stage.topP,
    // vLLM's word for all tokens.
    top_k: stage.topK === 0 ? -1 : stage.topK,
    "val_kwargs.temperature": 0,
    "val_kwargs.top_p": 1,
    "val_kwargs.top_k": -1,
    "val_kwargs.n": 1,
    tensor_model_parallel_size: engine.tensorParallel,
    gpu_memory_utilization: engine.gpuMemoryUtilization,
    dtype: DTYPES[engine.precision],
    max_model_len: room.both,
    log_prob_use_dynamic_bsz: true,
    log_prob_max_token_len_per_gpu: stage.microBatchTokens,
    full_determinism: engine.deterministic,
    seed,
  };
}

/** Settings of `verl.trainer.main_ppo`. */
export function practiceSettings(
  material: PracticeMaterial,
  room: SamplingRoom,
  { engine, seed, label }: VerlSettingsOptions,
): VerlSettings {
  const { stage, shared: { updates, updatesPerBatch, validateEvery } } = material;
  const batches = updates / updatesPerBatch;
  const actor = "actor_rollout_ref.actor";
  return {
    "data.train_files": "data.jsonl",
    // verl opens one in any case.
    "data.val_files": validateEvery === null ? "data.jsonl" : "validation.jsonl",
    "data.custom_cls.path": "pkg://prompts",
    "data.custom_cls.name": "Prompts",
    "data.train_batch_size": stage.groups,
    "data.gen_batch_size": 1,
    "data.max_prompt_length": room.prompt,
    "data.max_response_length": room.completion,
    "data.shuffle": false,
    "data.dataloader_num_workers": 0,
    "data.seed": seed,
    ...below("actor_rollout_ref.model", model(engine, stage)),
    ...algorithm(material),
    ...below(actor, {
      strategy: "fsdp2",
      ppo_mini_batch_size: stage.groups,
      ppo_epochs: updatesPerBatch,
      use_dynamic_bsz: true,
      ppo_max_token_len_per_gpu: stage.microBatchTokens,
      data_loader_seed: seed,
      ...below("optim", optimiser(stage, stage.learningRate, batches)),
      ...below("fsdp_config", sharded(engine, seed)),
    }),
    ...below("actor_rollout_ref.ref.fsdp_config", sharded(engine, seed)),
    ...below(
      "actor_rollout_ref.rollout",
      rollouts(stage, room, engine, seed),
    ),
    "actor_rollout_ref.rollout.name": "vllm",
    "actor_rollout_ref.rollout.agent.agent_loop_config_path": "agent.yaml",
    "reward.num_workers": engine.rewardWorkers,
    "reward.reward_manager.source": "importlib",
    "reward.reward_manager.name": "Judge",
    "reward.reward_manager.module.path": "pkg://judge",
    ...below("trainer", trainer(engine, label)),
    "trainer.total_training_steps": batches,
    "trainer.test_freq": validateEvery === null ? -1 : 1,
    "trainer.val_before_train": validateEvery !== null,
  };
}

/** What a user may set otherwise: it is the machine's, and no part of the algorithm. */
const REPLACEABLE = [
  "actor_rollout_ref.rollout.name",
  "actor_rollout_ref.rollout.max_model_len",
  "actor_rollout_ref.rollout.dtype",
];

/**
 * `overrides.txt`: a setting a line, the user's own last.
 *
 * @throws {InputError} for one of the user's that the stage or the engine sets already.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(overridesText({ "data.shuffle": false }, ["trainer.device=npu"]), "data.shuffle=false\ntrainer.device=npu\n");
 * assertThrows(() => overridesText({ "data.shuffle": false }, ["data.shuffle=true"]), Error, "engine.overrides[0]: found");
 * ```
 */
export function overridesText(settings: VerlSettings, overrides: readonly string[]): string {
  const bare = (key: string) => key.replace(/^\++/, "");
  const taken = new Map(Object.entries(settings).map(([key, value]) => [bare(key), value]));
  const kept = new Map(Object.entries(settings));
  for (const [i, setting] of overrides.entries()) {
    const key = bare(setting.slice(0, setting.indexOf("=")));
    if (!taken.has(key)) continue;
    if (!REPLACEABLE.includes(key)) {
      throw new InputError(
        `engine.overrides[${i}]: found "${setting}"; expected a setting that neither the stage nor the engine makes: ` +
          `${key} is ${taken.get(key)} here`,
      );
    }
    kept.delete(key);
  }
  const lines = [...kept].map(([key, value]) => `${key}=${value}`);
  return [...lines, ...overrides, ""].join("\n");
}
