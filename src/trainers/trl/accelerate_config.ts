/** @file Configuration files of `accelerate launch`. */
import type { ResolvedTrl } from "../../experiment/trl.ts";

/**
 * The file that a job is launched with where its processes share the policy, or are on several machines. Where the machines are is told on
 * the command line.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { trl, trlSchema } from "../../experiment/trl.ts";
 *
 * const text = accelerateConfig(trlSchema.parse(trl({ processes: 8, sharding: "fsdp2" })), 1);
 * assert(text.includes("fsdp_version: 2\n"));
 * assert(text.includes("num_processes: 8\n"));
 * ```
 */
export function accelerateConfig(engine: ResolvedTrl, maxGradNorm: number): string {
  const { processes, nodes, sharding, precision } = engine;
  const type = { none: "MULTI_GPU", fsdp2: "FSDP", zero3: "DEEPSPEED" }[sharding];
  return [
    "compute_environment: LOCAL_MACHINE",
    `distributed_type: ${type}`,
    ...SHARDING[sharding](maxGradNorm),
    // DeepSpeed is told by its own section and by the launcher's arguments.
    `mixed_precision: ${precision === "bf16" ? "bf16" : '"no"'}`,
    `num_machines: ${nodes}`,
    `num_processes: ${processes * nodes}`,
    "machine_rank: 0",
    "main_training_function: main",
    "rdzv_backend: c10d",
    "same_network: true",
    "use_cpu: false",
    "",
  ].join("\n");
}

const SHARDING: Readonly<
  Record<ResolvedTrl["sharding"], (maxGradNorm: number) => readonly string[]>
> = {
  none: () => [],
  fsdp2: () => [
    "fsdp_config:",
    "  fsdp_version: 2",
    "  fsdp_auto_wrap_policy: TRANSFORMER_BASED_WRAP",
    "  fsdp_reshard_after_forward: true",
    "  fsdp_offload_params: false",
    "  fsdp_cpu_ram_efficient_loading: false",
    "  fsdp_activation_checkpointing: false",
    // Snapshots and the final policy are whole files, which the evaluation reads.
    "  fsdp_state_dict_type: FULL_STATE_DICT",
  ],
  zero3: (maxGradNorm) => [
    "deepspeed_config:",
    "  zero_stage: 3",
    "  zero3_init_flag: false",
    "  zero3_save_16bit_model: true",
    "  offload_optimizer_device: none",
    "  offload_param_device: none",
    `  gradient_clipping: ${maxGradNorm}`,
  ],
};
