/** @file The engine `trl`: Hugging Face TRL on torchrun or accelerate, as declared. */
import { z } from "zod";
import { count, strict, word } from "./problems.ts";
import { type RayOptions, raySchema, type ResolvedRay } from "./ray.ts";
import type { GpuKind } from "../trainers/jobs/demand/gpus.ts";
import { TRL_PACKAGES } from "./trl_packages.ts";

/** How the processes share a policy. */
export type TrlSharding = "none" | "fsdp2" | "zero3";

/** What `trl()` understands. */
export interface TrlOptions {
  /**
   * Processes on each machine, one to a device; each takes the same share of every batch. Default 1. Results differ with it: each process
   * has random numbers of its own.
   */
  readonly processes?: number;
  /** Machines. Default 1. More are started by the job's SLURM script: `--plan --emit DIR` writes it. */
  readonly nodes?: number;
  /**
   * `none`: each process holds the whole policy and its optimiser state. `fsdp2` (PyTorch) or `zero3` (DeepSpeed): the processes share
   * them, for policies that do not fit one device. Default `none`.
   */
  readonly sharding?: TrlSharding;
  /** Numbers that forward and backward passes compute with. Default `fp32`; published runs use `bf16`, which needs a GPU to be fast. */
  readonly precision?: "fp32" | "bf16";
  /**
   * Sequences in one forward and backward pass of a process: a divisor of its share of the batch. Default: the most whose tokens, padding
   * counted, are within the stage's `microBatchTokens`. Bounds the memory.
   */
  readonly sequences?: number;
  /** The GPU that a plan counts memory and time for, where the processes share a policy. Default `h100`. Changes no result. */
  readonly gpu?: GpuKind;
  /** Seconds without a sign of progress after which a job counts as hung and is ended. Default 1800. Changes no result. */
  readonly stallSeconds?: number;
  /** The Ray cluster that runs the jobs, e.g. `{ address: "http://head:8265" }`. Default: they run on this machine. Changes no result. */
  readonly ray?: RayOptions;
}

/** The engine as declared. */
export interface TrlDeclaration extends TrlOptions {
  /** Tells the engines apart. */
  readonly kind: "trl";
}

/** The engine with every default filled. */
export interface ResolvedTrl extends Required<Omit<TrlOptions, "sequences" | "ray">> {
  /** Tells the engines apart. */
  readonly kind: "trl";
  /** Sequences in one pass of a process; null for what `microBatchTokens` leaves room for. */
  readonly sequences: number | null;
  /** The Ray cluster that runs the jobs; null for this machine. */
  readonly ray: ResolvedRay | null;
  /** Versions of the Python packages that compute it, as pinned. */
  readonly packages: Readonly<Record<string, string>>;
}

/**
 * Checks and completes the engine.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const trlSchema: z.ZodType<ResolvedTrl> = strict("trl({…})", {
  kind: z.literal("trl"),
  processes: count("a whole number of processes, at least 1").default(1),
  nodes: count("a whole number of machines, at least 1").default(1),
  sharding: word(["none", "fsdp2", "zero3"]).default("none"),
  precision: word(["fp32", "bf16"]).default("fp32"),
  sequences: count("a whole number of sequences, at least 1").nullable().default(null),
  gpu: word(["h100", "h200", "a100"]).default("h100"),
  stallSeconds: count("a whole number of seconds, at least 1").default(1800),
  ray: raySchema.nullable().default(null),
}).transform((engine) => ({ ...engine, packages: TRL_PACKAGES }));

/**
 * Trains on Hugging Face TRL instead of the embedded engine. See `docs/trl.md`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(trl({ processes: 2 }), { kind: "trl", processes: 2 });
 * ```
 */
export function trl(options: TrlOptions = {}): TrlDeclaration {
  return { ...options, kind: "trl" };
}
