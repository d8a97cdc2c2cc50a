/** @file How a job is started on one machine. */
import type { ResolvedVerl } from "../../experiment/verl.ts";

/**
 * Program and arguments, to be run in the job's folder. GRPO is one process, which starts the others on Ray; SFT is `torchrun`'s.
 *
 * @param python The Python that has the packages.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(jobCommand("python", { gpus: 8 }, "grpo"), ["python", "train.py"]);
 * assertEquals(jobCommand("python", { gpus: 8 }, "sft").slice(-3), ["--nproc_per_node", "8", "train.py"]);
 * ```
 */
export function jobCommand(
  python: string,
  { gpus }: Pick<ResolvedVerl, "gpus">,
  trainer: "sft" | "grpo",
): string[] {
  if (trainer === "grpo") return [python, "train.py"];
  return [
    ...[python, "-m", "torch.distributed.run", "--standalone"],
    ...["--nproc_per_node", `${gpus}`, "train.py"],
  ];
}
