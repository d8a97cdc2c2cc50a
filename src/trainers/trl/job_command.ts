/** @file How a job is started on one machine. */
import type { ResolvedTrl } from "../../experiment/trl.ts";

/**
 * Program and arguments, to be run in the job's folder: `torchrun`, or, where the processes share the policy, `accelerate launch` with the
 * job's configuration file.
 *
 * @param python The Python that has the packages.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(jobCommand("python", { processes: 2, sharding: "none" }), [
 *   "python", "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", "train.py",
 * ]);
 * ```
 */
export function jobCommand(
  python: string,
  { processes, sharding }: Pick<ResolvedTrl, "processes" | "sharding">,
): string[] {
  return sharding === "none"
    ? [
      python,
      "-m",
      "torch.distributed.run",
      "--standalone",
      "--nproc_per_node",
      `${processes}`,
      "train.py",
    ]
    : [
      python,
      "-m",
      "accelerate.commands.launch",
      "--config_file",
      "accelerate.yaml",
      "train.py",
    ];
}
