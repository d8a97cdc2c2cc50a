/** @file The engine `verl`: FSDP and vLLM on Ray, as declared. */
import { z } from "zod";
import { count, number, strict, word } from "./problems.ts";
import { type RayOptions, raySchema, type ResolvedRay } from "./ray.ts";
import type { GpuKind } from "../trainers/jobs/demand/gpus.ts";
import { VERL_PACKAGES } from "./verl_packages.ts";

/** What of a policy's training state waits in the host's memory while it is not needed. */
export type VerlOffload = "none" | "optimizer" | "all";

/** What `verl()` understands. */
export interface VerlOptions {
  /** GPUs of each machine; they share the policy and its optimiser state (FSDP). Default 8. */
  readonly gpus?: number;
  /** Machines. Default 1; several are a Ray cluster, or started by the job's SLURM script. */
  readonly nodes?: number;
  /** GPUs that share one copy of the policy while it samples (vLLM's tensor parallelism). Default 1. */
  readonly tensorParallel?: number;
  /** Share of each GPU's memory, above 0 and below 1, that vLLM takes for weights and KV cache. Default 0.5, as verl's. */
  readonly gpuMemoryUtilization?: number;
  /** What is moved to the host's memory while the policy samples: nothing, the optimiser state, or gradients and weights, too. Default `none`. */
  readonly offload?: VerlOffload;
  /** Numbers that forward and backward passes compute with; weights and optimiser state are float32. Default `bf16`. */
  readonly precision?: "bf16" | "fp32";
  /**
   * The policy's attention while it is trained: `flash_attention_2` needs the package `flash-attn` and packs sequences without padding;
   * `sdpa` is PyTorch's own. Default `flash_attention_2`, as verl's.
   */
  readonly attention?: "flash_attention_2" | "sdpa";
  /** verl's full determinism: kernels that do not depend on the batch, at some cost in speed. Default false. */
  readonly deterministic?: boolean;
  /** Processes that ask for rewards, each with a reward worker of its own, spread over the machines. Default 8, as verl's. */
  readonly rewardWorkers?: number;
  /** Further settings of verl, as on its command line, e.g. `actor_rollout_ref.rollout.max_num_seqs=512`; none of those that a stage sets. */
  readonly overrides?: readonly string[];
  /** The GPU that a plan counts memory and time for. Default `h100`. Changes no result. */
  readonly gpu?: GpuKind;
  /** Seconds without a sign of progress after which a job counts as hung and is ended. Default 1800. Changes no result. */
  readonly stallSeconds?: number;
  /** The Ray cluster that runs the jobs, e.g. `{ address: "http://head:8265" }`. Default: they run on this machine. Changes no result. */
  readonly ray?: RayOptions;
}

/** The engine as declared. */
export interface VerlDeclaration extends VerlOptions {
  /** Tells the engines apart. */
  readonly kind: "verl";
}

/** The engine with every default filled. */
export interface ResolvedVerl extends Required<Omit<VerlOptions, "ray">> {
  /** Tells the engines apart. */
  readonly kind: "verl";
  /** The Ray cluster that runs the jobs; null for this machine. */
  readonly ray: ResolvedRay | null;
  /** Versions of the Python packages that compute it, as pinned. */
  readonly packages: Readonly<Record<string, string>>;
}

const flag = z.boolean({ error: "expected true or false" });

/**
 * Checks and completes the engine.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const verlSchema: z.ZodType<ResolvedVerl> = strict("verl({…})", {
  kind: z.literal("verl"),
  gpus: count("a whole number of GPUs, at least 1").default(8),
  nodes: count("a whole number of machines, at least 1").default(1),
  tensorParallel: count("a whole number of GPUs, at least 1").default(1),
  gpuMemoryUtilization: number("a share of the memory, above 0 and below 1", {
    above: 0,
    below: 1,
  }).default(0.5),
  offload: word(["none", "optimizer", "all"]).default("none"),
  precision: word(["bf16", "fp32"]).default("bf16"),
  attention: word(["flash_attention_2", "sdpa"]).default("flash_attention_2"),
  deterministic: flag.default(false),
  rewardWorkers: count("a whole number of processes, at least 1").default(8),
  overrides: z.array(
    z.string({ error: "expected a text" }).regex(/^\+{0,2}[\w.@/]+=\S*$/, {
      error: 'expected a setting such as "actor_rollout_ref.rollout.max_num_seqs=512"',
    }),
    { error: "expected a list of settings" },
  ).default([]),
  gpu: word(["h100", "h200", "a100"]).default("h100"),
  stallSeconds: count("a whole number of seconds, at least 1").default(1800),
  ray: raySchema.nullable().default(null),
}).transform((engine) => ({ ...engine, packages: VERL_PACKAGES }));

/**
 * Trains on verl (FSDP and vLLM on Ray) instead of the embedded engine. See `docs/verl.md`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(verl({ gpus: 4 }), { kind: "verl", gpus: 4 });
 * ```
 */
export function verl(options: VerlOptions = {}): VerlDeclaration {
  return { ...options, kind: "verl" };
}
