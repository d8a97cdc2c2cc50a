/** @file What a job takes of the node that runs it. */
import type { ResolvedTrl } from "../../experiment/trl.ts";

/** What is reserved on one node. */
export interface NodeShare {
  /** Processors. */
  readonly cpus: number;
  /** GPUs. */
  readonly gpus: number;
}

/**
 * What a job of TRL takes: the threads of each of its processes, and a GPU for each unless it computes on processors.
 *
 * @param threads Threads of each process.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(nodeShare({ processes: 4 }, "gpu", 2), { cpus: 8, gpus: 4 });
 * ```
 */
export function nodeShare(
  { processes }: Pick<ResolvedTrl, "processes">,
  device: "cpu" | "gpu",
  threads: number,
): NodeShare {
  return { cpus: processes * threads, gpus: device === "gpu" ? processes : 0 };
}

/**
 * Variables that keep a job which reserves no GPU from the node's GPUs: these are others' to use.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(deviceVariables("cpu"), { CUDA_VISIBLE_DEVICES: "" });
 * assertEquals(deviceVariables("gpu"), {}); // Ray names those that it has reserved.
 * ```
 */
export function deviceVariables(device: "cpu" | "gpu"): Readonly<Record<string, string>> {
  return device === "cpu" ? { CUDA_VISIBLE_DEVICES: "" } : {};
}

/**
 * The share for people.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shareText({ cpus: 1, gpus: 8 }), "1 processor and 8 GPUs");
 * ```
 */
export function shareText({ cpus, gpus }: NodeShare): string {
  const many = (n: number, noun: string) => `${n} ${noun}${n === 1 ? "" : "s"}`;
  return [many(cpus, "processor"), ...gpus > 0 ? [many(gpus, "GPU")] : []].join(" and ");
}
